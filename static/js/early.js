// Runs before the page is drawn: styles may then fold what a script can unfold again (the menu on a narrow screen).
document.documentElement.classList.add("has-script");
