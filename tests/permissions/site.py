"""The permission table of what the credit authority keeps of the public site: its news, and what its figures count."""

from tests.permissions.visitors import ARTICLE, KEEPER, Row

SITE = [
    Row("workbench:news", "GET", KEEPER),
    Row("workbench:site-rules", "GET", KEEPER),
    Row("workbench:site-rule", "GET", KEEPER, {"kind": "figures", "code": "published"}),
    Row("workbench:site-rule", "POST", KEEPER, {"kind": "columns", "code": "anli"}),
    Row("workbench:site-rule-new", "GET", KEEPER, {"kind": "terms"}),
    Row("workbench:site-rule-new", "POST", KEEPER, {"kind": "terms"}),
    Row("workbench:site-rule-end", "GET", KEEPER, {"kind": "terms", "code": "no-trade"}),
    Row("workbench:site-rule-end", "POST", KEEPER, {"kind": "terms", "code": "no-trade"}),
    Row("workbench:news-new", "GET", KEEPER),
    Row("workbench:news-new", "POST", KEEPER),
    Row("workbench:news-article", "GET", KEEPER, {"pk": ARTICLE}),
    Row("workbench:news-article", "POST", KEEPER, {"pk": ARTICLE}),
    Row("workbench:news-edit", "GET", KEEPER, {"pk": ARTICLE}),
    Row("workbench:news-edit", "POST", KEEPER, {"pk": ARTICLE}),
]
