// Progressive enhancement of the shared components. Everything here has a plain counterpart that works without it.
(function () {
  "use strict";

  const announcer = document.querySelector("[data-announcer]");

  function announce(words) {
    if (announcer && announcer.textContent !== words) announcer.textContent = words;
  }

  // --- menu on a narrow screen ---------------------------------------------------------------------------
  function setUpMenu() {
    const button = document.querySelector("[data-menu]");
    const menu = button && document.getElementById(button.getAttribute("aria-controls"));
    if (!menu) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      const open = menu.classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
    });
    menu.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || button.offsetParent === null) return;
      menu.classList.remove("is-open");
      button.setAttribute("aria-expanded", "false");
      button.focus();
    });
  }

  // --- error summary: bring the reader there, and from its links into the control -------------------------
  function focusErrorSummary(root) {
    const summary = root.querySelector("[data-error-summary]:not([data-sample] *)");
    if (summary) summary.focus();
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const control = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!control) return;
    event.preventDefault();
    control.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });

  // --- a field that is asked only for some choices of another one: data-only-for="NAME VALUE VALUE …" -------
  function setUpOnlyFor(control) {
    const [name, ...values] = control.dataset.onlyFor.split(" ");
    const other = control.form && control.form.querySelector("[name='" + name + "']");
    const field = control.closest(".field");
    if (!other || !field) return;
    function show() {
      field.hidden = !values.includes(other.value);
    }
    other.addEventListener("change", show);
    show();
  }

  // --- progress of long tasks: spoken every tenth ---------------------------------------------------------
  document.addEventListener("htmx:afterSwap", function () {
    const words = Array.from(document.querySelectorAll("[data-announce]"), (node) => node.dataset.announce);
    if (words.length) announce(words.join("；"));
  });

  // The session ended while a page was asking for news: show the sign-in page as a page, not inside a box.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const address = event.detail.xhr.responseURL;
    if (address && new URL(address).pathname.startsWith("/accounts/")) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });

  // --- upload --------------------------------------------------------------------------------------------
  function problemOf(input) {
    const kinds = (input.accept || "").split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    const limit = Number(input.dataset.maxBytes || 0);
    for (const file of input.files) {
      const name = file.name.toLowerCase();
      const fits = kinds.length === 0 || kinds.some((kind) => (kind.startsWith(".") ? name.endsWith(kind) : file.type === kind));
      if (!fits) return "“" + file.name + "”的格式不对，请选择 " + kinds.join("、") + " 文件。";
      if (limit && file.size > limit) {
        return "“" + file.name + "”超过 " + Math.floor(limit / 1048576) + " MB，请拆分后分批上传。";
      }
    }
    return "";
  }

  function setUpUpload(form) {
    const box = form.querySelector("[data-upload-progress]");
    const words = form.querySelector("[data-upload-words]");
    const problem = form.querySelector("[data-upload-problem]");
    const input = form.querySelector("input[type=file]");
    if (!box || !words || !problem || !input) return;
    input.addEventListener("change", function () {
      problem.textContent = problemOf(input);
    });
    form.addEventListener("submit", function (event) {
      problem.textContent = problemOf(input);
      if (problem.textContent) {
        event.preventDefault();
        input.focus();
        return;
      }
      if (input.files.length === 0) return;
      event.preventDefault();
      send(form, box, words, problem);
    });
  }

  function send(form, box, words, problem) {
    const bar = box.querySelector("progress");
    const button = form.querySelector("[type=submit]");
    const request = new XMLHttpRequest();
    function failed(message) {
      box.hidden = true;
      button.disabled = false;
      problem.textContent = message;
    }

    box.hidden = false;
    button.disabled = true;
    request.upload.addEventListener("progress", function (event) {
      if (!event.lengthComputable) return;
      const percent = Math.floor((event.loaded * 100) / event.total);
      bar.value = percent;
      words.textContent = percent < 100 ? "正在上传：" + percent + "%" : "已上传，正在检查";
      announce("已上传约 " + Math.floor(percent / 10) * 10 + "%");
    });
    request.addEventListener("load", function () {
      if (request.responseURL && request.responseURL !== new URL(form.action, location.href).href) {
        location.assign(request.responseURL);
        return;
      }
      if (!showAnswer(request)) failed("没有传成，服务器没有接受这个文件。请检查大小和格式后再试一次。");
    });
    request.addEventListener("error", () => failed("没有传完，可能是网络中断。文件没有提交，请再试一次。"));
    request.open("POST", form.action);
    request.send(new FormData(form));
  }

  // The server drew the same page again with what is wrong: put its main part in place of ours.
  function showAnswer(request) {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = answer.querySelector("main");
    const stale = document.querySelector("main");
    if (!fresh || !stale) return false;
    stale.replaceWith(document.adoptNode(fresh));
    document.title = answer.title;
    if (window.htmx) window.htmx.process(fresh);
    start(fresh);
    return true;
  }

  function start(root) {
    root.querySelectorAll("form[data-upload]").forEach(setUpUpload);
    root.querySelectorAll("[data-only-for]").forEach(setUpOnlyFor);
    root.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    focusErrorSummary(root);
  }

  setUpMenu();
  start(document);
})();
