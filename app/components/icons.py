"""Every icon of the product: names of Material Symbols Rounded.

Invariants: the icon font that browsers load holds these names and no others (`app.base.fonts` subsets it), so a name
used anywhere must stand here; a test looks through the code for names that do not. Names are the font's ligatures.
"""

# fmt: off
NAVIGATION = (
    "home", "person_search", "domain", "contacts", "handshake", "finance_mode", "request_quote", "shopping_cart_checkout",
    "receipt_long", "inventory_2", "sell", "campaign", "local_shipping", "list_alt", "keep", "keep_off", "menu", "menu_open",
    "apps", "dashboard", "dashboard_customize", "calendar_month", "mail", "notifications", "settings", "search",
    "support_agent", "lightbulb", "folder", "folder_open", "workspaces", "extension", "widgets", "category",
)
FOOTER = ("auto_awesome", "sticky_note_2", "alarm", "history", "leaderboard", "cloud_done", "cloud_off", "cloud_upload",
          "cloud_sync", "help", "keyboard", "wifi_off")
ARROWS = (
    "add", "remove", "close", "check", "done", "done_all", "expand_more", "expand_less", "chevron_left", "chevron_right",
    "keyboard_arrow_up", "keyboard_arrow_down", "keyboard_arrow_left", "keyboard_arrow_right", "arrow_back", "arrow_forward",
    "arrow_upward", "arrow_downward", "arrow_drop_down", "arrow_drop_up", "first_page", "last_page", "unfold_more",
    "unfold_less", "swap_vert", "swap_horiz", "north_east", "arrow_outward", "open_in_new", "open_in_full", "fullscreen", "fullscreen_exit",
    "subdirectory_arrow_right", "trending_up", "trending_down", "trending_flat", "drag_indicator", "drag_pan", "more_horiz",
    "more_vert", "right_panel_open", "right_panel_close", "left_panel_open", "left_panel_close", "keyboard_return",
)
LISTS = (
    "table_rows", "view_kanban", "grid_view", "view_agenda", "view_column", "view_list", "view_week", "filter_list",
    "filter_list_off", "filter_alt", "sort", "tune", "bookmark_add", "bookmark", "checklist", "select_all", "deselect",
    "table_chart", "density_medium", "push_pin",
)
ACTIONS = (
    "edit", "edit_note", "edit_off", "delete", "delete_forever", "restore_from_trash", "content_copy", "content_paste", "save",
    "undo", "redo", "refresh", "replay", "print", "download", "upload", "upload_file", "share", "link", "link_off", "attach_file",
    "archive", "merge", "call_split", "call_merge", "label", "new_label", "star", "thumb_up", "thumb_down", "visibility",
    "visibility_off", "lock", "lock_open", "key", "login", "logout", "block", "send", "forward", "reply", "draw", "bolt",
    "photo_camera", "qr_code", "qr_code_scanner", "play_arrow", "pause", "stop", "flag", "trophy", "do_not_disturb_on",
)
PEOPLE = (
    "person", "person_add", "person_off", "group", "groups", "group_add", "badge", "account_circle", "account_tree",
    "manage_accounts", "supervisor_account", "assignment_ind", "passkey", "devices",
)
ACTIVITIES = (
    "call", "call_made", "call_received", "phone_missed", "phone_in_talk", "sms", "event", "event_available", "event_busy",
    "event_repeat", "today", "schedule", "access_time", "task_alt", "add_task", "assignment", "note", "note_add", "notes",
    "description", "draft", "videocam", "location_on", "map", "directions_car", "drafts", "mark_email_read", "outgoing_mail",
    "chat", "forum", "chat_bubble", "comment", "add_comment", "meeting_room", "present_to_all", "desktop_windows",
)
STATES = (
    "info", "error", "warning", "priority_high", "check_circle", "cancel", "radio_button_unchecked", "radio_button_checked",
    "check_box", "check_box_outline_blank", "indeterminate_check_box", "hourglass_empty", "pending", "verified", "new_releases",
    "sync", "sync_problem", "circle", "toggle_on", "toggle_off", "clear", "clear_all", "grade", "lens",
)
SETUP = (
    "database", "storage", "dns", "code", "webhook", "api", "data_object", "function", "storefront", "language", "translate",
    "palette", "dark_mode", "light_mode", "contrast", "brightness_auto", "business_center", "payments", "euro",
    "currency_exchange", "percent", "calculate", "account_balance", "public", "security", "shield", "policy", "admin_panel_settings",
    "backup", "cleaning_services", "import_export", "file_copy", "find_replace", "rule", "fact_check", "approval",
    "conversion_path", "schema", "hub", "lan", "wifi", "view_quilt", "format_list_numbered", "format_list_bulleted", "text_fields",
    "numbers", "pin", "list", "subject", "join_inner", "decimal_increase", "calendar_today", "image", "alternate_email", "phone_iphone", "tag", "monitoring", "bar_chart", "show_chart",
    "pie_chart", "filter_center_focus", "donut_small", "functions", "gavel", "bug_report", "terminal", "build", "science", "school",
)
EDITOR = ("format_bold", "format_italic", "format_underlined", "strikethrough_s", "format_quote", "format_clear", "format_size")

# fmt: on
ICONS: tuple[str, ...] = tuple(
    sorted({*NAVIGATION, *FOOTER, *ARROWS, *LISTS, *ACTIONS, *PEOPLE, *ACTIVITIES, *STATES, *SETUP, *EDITOR})
)
"""All of them, sorted, each once."""
