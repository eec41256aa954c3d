/* The shell: rail, top bar, sheet, footer, phone bar, and what floats above them. One component around every page.
   Why not Python: menus, palette, keys and messages must answer within a frame, also while the server is away; drawn by the server
   it would be a hundred elements a tab.

   Invariants: links are real links, NiceGUI's router follows them; `data` holds only what this person may see; everything is a
   landmark, and the first stop of Tab leads to the content. */

import { comptoir, KeyHelp, listen, Menu, Palette, Recent, state, Toasts } from "comptoir-shell/index.js";
import { forget, remember } from "comptoir-shell/recent.js";

export default {
  components: { KeyHelp, Menu, Palette, Recent, Toasts },
  props: { data: Object },
  emits: ["create"],
  template: `
    <div class="cp-shell">
      <a class="cp-skip" href="#cp-content" @click.prevent="toContent">{{ t("skip") }}</a>
      <nav class="cp-rail" :aria-label="t('modules')">
        <a class="cp-logo" href="/" :aria-label="t('home_of_comptoir')"><span class="cp-mark" aria-hidden="true"></span><span class="cp-wordmark" translate="no">Comptoir</span></a>
        <div class="cp-rail-list">
          <a class="cp-nav" href="/" :aria-current="path === '/' ? 'page' : null" :title="t('home')" :aria-label="t('home')"><span translate="no" class="cp-icon" aria-hidden="true">home</span><span class="cp-nav-label">{{ t("home") }}</span></a>
          <template v-for="group in data.groups" :key="group.key">
            <div class="cp-nav-group" role="presentation"><span class="cp-hide-compact">{{ group.label }}</span></div>
            <a v-for="m in group.modules" :key="m.slug" class="cp-nav" :href="'/' + m.slug" :aria-current="isAt('/' + m.slug) && !data.pinned.some(isPinned) ? 'page' : null" :title="m.label" :aria-label="m.label"><span translate="no" class="cp-icon" aria-hidden="true">{{ m.icon }}</span><span class="cp-nav-label">{{ m.label }}</span></a>
          </template>
          <template v-if="data.pinned.length">
            <div class="cp-nav-group" role="presentation"><span class="cp-hide-compact">{{ t("pinned") }}</span></div>
            <a v-for="v in data.pinned" :key="v.href" class="cp-nav" :href="v.href" :aria-current="isPinned(v) ? 'page' : null" :title="v.label" :aria-label="v.label"><span translate="no" class="cp-icon" aria-hidden="true">keep</span><span class="cp-nav-label" dir="auto" translate="no">{{ v.label }}</span></a>
          </template>
        </div>
      </nav>
      <header class="cp-top">
        <button class="cp-search" type="button" aria-haspopup="dialog" :aria-label="t('search')" @click="openPalette"><span translate="no" class="cp-icon" aria-hidden="true">search</span><span class="cp-search-label cp-hide-compact">{{ t("search_long") }}</span><span class="cp-search-label cp-only-compact">{{ t("search_short") }}</span><kbd class="cp-kbd" aria-hidden="true">{{ t("ctrl") }}</kbd><kbd class="cp-kbd" aria-hidden="true">K</kbd></button>
        <span class="cp-spacer"></span>
        <button v-if="creatable.length" class="cp-btn cp-btn--neutral" type="button" ref="create" aria-haspopup="menu" :aria-expanded="String(popup === 'create')" @click="toggle('create')"><span translate="no" class="cp-icon" aria-hidden="true">add</span>{{ t("create") }}</button>
        <div class="cp-top-actions">
          <a class="cp-iconbtn" :href="data.setup" :aria-label="t('setup')" :title="t('setup')" :aria-current="isAt('/setup') ? 'page' : null"><span translate="no" class="cp-icon cp-icon--md" aria-hidden="true">settings</span></a>
          <button class="cp-userbtn" type="button" ref="user" :aria-label="t('your_menu', { name: data.user.name })" aria-haspopup="menu" :aria-expanded="String(popup === 'user')" @click="toggle('user')"><span class="cp-avatar cp-avatar--28" :class="'cp-avatar--c' + data.user.colour" aria-hidden="true">{{ data.user.initials }}</span></button>
        </div>
      </header>
      <div class="cp-sheet" id="cp-content" role="main" tabindex="-1" ref="content">
        <div v-if="signedOut" class="cp-banner cp-banner--wa" role="alert"><span translate="no" class="cp-icon" aria-hidden="true">lock</span><span>{{ t("signed_out") }}</span><a class="cp-btn cp-btn--quiet" href="/login" target="_blank" @click="signedOutSeen">{{ t("sign_in_again") }}</a></div>
        <slot></slot>
      </div>
      <footer class="cp-foot">
        <button class="cp-footbtn" type="button" ref="recent" aria-haspopup="dialog" :aria-expanded="String(popup === 'recent')" @click="toggle('recent')"><span translate="no" class="cp-icon" aria-hidden="true">history</span>{{ t("recent_short") }}</button>
        <span class="cp-spacer"></span>
        <button class="cp-footbtn cp-hide-compact" type="button" aria-haspopup="dialog" @click="popup = 'help'">{{ t("keys") }} <kbd class="cp-kbd" aria-hidden="true">?</kbd></button>
        <span class="cp-saving" role="status" :class="{ 'is-busy': saving === 'busy', 'is-offline': saving === 'offline' }"><span translate="no" class="cp-icon" aria-hidden="true">{{ savingIcon }}</span>{{ t("saving_" + saving) }}</span>
      </footer>
      <nav class="cp-phonebar" :aria-label="t('navigation')">
        <a class="cp-phonebar-item" href="/" :aria-current="path === '/' ? 'page' : null"><span translate="no" class="cp-icon cp-icon--lg" aria-hidden="true">home</span>{{ t("home") }}</a>
        <a v-for="m in data.phone.slice(0, 1)" :key="m.slug" class="cp-phonebar-item" :href="'/' + m.slug" :aria-current="isAt('/' + m.slug) ? 'page' : null"><span translate="no" class="cp-icon cp-icon--lg" aria-hidden="true">{{ m.icon }}</span>{{ m.label }}</a>
        <button v-if="creatable.length" class="cp-phonebar-add" type="button" ref="phoneCreate" :aria-label="t('create')" aria-haspopup="menu" :aria-expanded="String(popup === 'phone-create')" @click="toggle('phone-create')"><span translate="no" class="cp-icon cp-icon--lg" aria-hidden="true">add</span></button>
        <a v-for="m in data.phone.slice(1, 2)" :key="m.slug" class="cp-phonebar-item" :href="'/' + m.slug" :aria-current="isAt('/' + m.slug) ? 'page' : null"><span translate="no" class="cp-icon cp-icon--lg" aria-hidden="true">{{ m.icon }}</span>{{ m.label }}</a>
        <button class="cp-phonebar-item" type="button" ref="more" aria-haspopup="menu" :aria-expanded="String(popup === 'more')" @click="toggle('more')"><span translate="no" class="cp-icon cp-icon--lg" aria-hidden="true">menu</span>{{ t("more") }}</button>
      </nav>
      <Menu v-if="menu" :key="popup" :items="menu.items" :label="menu.label" :anchor="menu.anchor" :up="menu.up" @close="popup = ''" @pick="run($event.command)"></Menu>
      <Recent v-if="popup === 'recent'" @close="popup = ''"></Recent>
      <Palette v-if="popup === 'palette'" :places="data.places" :commands="data.commands" @close="popup = ''" @run="run"></Palette>
      <KeyHelp v-if="popup === 'help'" :groups="data.keys" @close="popup = ''"></KeyHelp>
      <Toasts></Toasts>
    </div>`,
  data: () => ({ path: window.location.pathname, cv: "", popup: "", theme: "" }),
  computed: {
    saving: () => state.saving,
    signedOut: () => state.signedOut,
    savingIcon: () => ({ saved: "cloud_done", busy: "cloud_upload", offline: "cloud_off" })[state.saving],
    modules() {
      return this.data.groups.flatMap((g) => g.modules);
    },
    creatable() {
      return this.data.create;
    },
    menu() {
      const t = this.t;
      const create = this.creatable.map((m) => ({ label: m.new, icon: m.icon, command: `create:${m.slug}` }));
      switch (this.popup) {
        case "create":
          return { items: create, label: t("create"), anchor: this.$refs.create };
        case "phone-create":
          return { items: create, label: t("create"), anchor: this.$refs.phoneCreate, up: true };
        case "user":
          return { items: this.userItems(), label: t("your_menu", { name: this.data.user.name }), anchor: this.$refs.user };
        case "more": {
          const places = this.modules.map((m) => ({ label: m.label, icon: m.icon, href: `/${m.slug}`, current: this.isAt(`/${m.slug}`) }));
          const setup = { label: t("setup"), icon: "settings", href: this.data.setup };
          return { items: [...places, { separator: true }, setup, ...this.userItems()], label: t("more"), anchor: this.$refs.more, up: true };
        }
        default:
          return null;
      }
    },
  },
  created() {
    comptoir.setUp(this.data);
    this.theme = this.data.theme;
  },
  mounted() {
    this.stopListening = listen({
      palette: this.openPalette,
      search: () => this.toSearch(),
      create: () => this.creatable.length && (this.popup = window.innerWidth < 600 ? "phone-create" : "create"),
      help: () => (this.popup = "help"),
      go: this.goByLetter,
      newHere: () => {
        const here = this.creatable.find((m) => this.isAt(`/${m.slug}`));
        if (here) comptoir.navigate(`/${here.slug}/new`);
      },
      page: (event) => {
        const known = new CustomEvent("comptoir:key", { detail: event.key, cancelable: true });
        if (!document.dispatchEvent(known)) event.preventDefault();
      },
    });
    for (const name of ["pushState", "replaceState"]) {
      const original = history[name].bind(history);
      history[name] = (...words) => {
        original(...words);
        this.moved();
      };
    }
    window.addEventListener("popstate", this.moved);
    this.moved();
    this.watchConnection();
  },
  beforeUnmount() {
    this.stopListening?.();
    window.removeEventListener("popstate", this.moved);
  },
  watch: {
    data(now) {
      comptoir.setUp(now);
    },
  },
  methods: {
    t: (key, params) => comptoir.t(key, params),
    isAt(prefix) {
      return this.path === prefix || this.path.startsWith(prefix + "/");
    },
    isPinned(view) {
      return this.path === `/${view.slug}` && this.cv === view.cv;
    },
    moved() {
      const before = this.path;
      this.path = window.location.pathname;
      this.cv = new URLSearchParams(window.location.search).get("cv") || "";
      remember(this.path);
      if (before !== this.path) {
        this.popup = "";
        state.toasts = state.toasts.filter((toast) => toast.undo || toast.link);
      }
    },
    watchConnection() {
      if (!window.socket) return void setTimeout(this.watchConnection, 50);
      window.socket.on("disconnect", () => comptoir.saving("offline"));
      window.socket.on("connect", () => state.saving === "offline" && comptoir.saving("saved"));
    },
    toggle(name) {
      this.popup = this.popup === name ? "" : name;
    },
    openPalette() {
      this.popup = "palette";
    },
    toContent() {
      this.$refs.content.focus();
    },
    toSearch() {
      const field = this.$refs.content.querySelector("[data-search], input[type=search]");
      if (field) field.focus();
      else this.openPalette();
    },
    goByLetter(letter) {
      const target = this.data.letters_to[letter];
      if (target) comptoir.navigate(target);
    },
    userItems() {
      const t = this.t;
      const { user, lang } = this.data;
      const theme = (value, icon) => ({ label: t(`theme_${value}`), icon, checked: this.theme === value, command: `theme:${value}` });
      return [
        { heading: user.name, note: user.email, raw: true },
        { label: t("personal"), icon: "manage_accounts", href: "/setup/me" },
        { separator: true },
        { heading: t("theme") },
        theme("auto", "brightness_auto"),
        theme("light", "light_mode"),
        theme("dark", "dark_mode"),
        { separator: true },
        { heading: t("language") },
        { label: "Français", icon: "", lang: "fr", checked: lang === "fr", command: "language:fr" },
        { label: "English", icon: "", lang: "en", checked: lang === "en", command: "language:en" },
        { separator: true },
        { label: t("sign_out"), icon: "logout", command: "sign_out" },
      ];
    },
    async run(command) {
      const [what, value] = command.split(":");
      if (what === "theme") return this.setTheme(value);
      if (what === "language" && value !== this.data.lang) return this.keep({ language: value }, () => window.location.reload());
      if (what === "create") return this.$emit("create", value);
      if (what === "help") this.popup = "help";
      if (what === "recent") this.popup = "recent";
      if (what === "undo") comptoir.undo();
      if (what === "sign_out") {
        forget();
        await fetch("/logout", { method: "POST", credentials: "same-origin", redirect: "manual" }).catch(() => null);
        window.location.assign("/login?notice=out");
      }
    },
    setTheme(theme) {
      this.theme = theme;
      window.cpTheme?.(theme);
      this.keep({ theme });
    },
    async keep(values, then) {
      try {
        await comptoir.fetch("/api/ui/me", { method: "PATCH", body: values });
        then?.();
      } catch (error) {
        comptoir.toast(error.message, { kind: "error" });
      }
    },
    signedOutSeen() {
      window.addEventListener("focus", async () => {
        const answer = await fetch("/api/ui/me", { headers: { "X-Comptoir": "1" }, credentials: "same-origin" }).catch(() => null);
        if (answer?.ok) state.signedOut = false;
      }, { once: true });
    },
    /** Called from Python: a message of the server to this person. */
    toast(text, options) {
      comptoir.toast(text, options || {});
    },
  },
};

