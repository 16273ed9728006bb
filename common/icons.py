"""Line icons of the design language, drawn on a 24 unit grid with a 2 unit stroke.

They are kept as path data and written into the page by the `icon` tag: no request, no icon font, and they take the
colour of the text beside them. An icon never stands alone for a meaning; words always accompany it.
"""

ICONS: dict[str, str] = {
    "search": '<circle cx="11" cy="11" r="7"/><path d="m16.5 16.5 4.5 4.5"/>',
    "arrow-right": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "chevron-right": '<path d="m9 5 7 7-7 7"/>',
    "chevron-down": '<path d="m5 9 7 7 7-7"/>',
    "check": '<path d="m4 12.5 5.5 5.5L20 7"/>',
    "alert": '<path d="M12 4 2.5 20h19z"/><path d="M12 10v4.5M12 17.2v.3"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.2v.3"/>',
    "stop": '<path d="M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2z"/><path d="M12 7.5v5.5M12 16v.3"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.5 2"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>',
    "file": '<path d="M6 3h8l5 5v13H6z"/><path d="M14 3v5h5M9 13h7M9 17h7"/>',
    "print": '<path d="M7 9V3h10v6M7 17H4V9h16v8h-3"/><path d="M7 14h10v7H7z"/>',
    "external": '<path d="M13 4h7v7M20 4l-9 9M17 14v6H4V7h6"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "text-size": '<path d="M3 19 9 5l6 14M5 14.5h8M16 19l3-7 3 7M17 17h4"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4.4 4-6.5 8-6.5s7.2 2.1 8 6.5"/>',
    "shield": '<path d="M12 3 4.5 6v5.5c0 4.7 3 8 7.5 9.5 4.5-1.5 7.5-4.8 7.5-9.5V6z"/>',
    "scale": '<path d="M12 4v16M7 20h10M5 7h14M5 7l-3 7c1.5 2 4.5 2 6 0zM19 7l-3 7c1.5 2 4.5 2 6 0z"/>',
    "list": '<path d="M9 6h12M9 12h12M9 18h12M4 6h.3M4 12h.3M4 18h.3"/>',
    "repair": '<path d="M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5"/><path d="m8.5 12 2.5 2.5 4.5-4.5"/>',
    "speech": '<path d="M4 5h16v11h-9l-5 4v-4H4z"/><path d="M8 9h8M8 12.3h5"/>',
}
