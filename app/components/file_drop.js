/* The place where a file is dropped or chosen, with its progress. Why not Python: the file is in the browser, and sending it is
   watched and cancelled there. Invariant: too large a file is refused before a byte is sent. */

import { comptoir } from "comptoir-shell/comptoir.js";

export default {
  props: { url: String, accept: String, limit: Number, strings: Object },
  emits: ["uploaded"],
  data: () => ({ over: false, name: "", share: null, problem: "", request: null }),
  template: `
    <div class="cp-filedrop" :class="{ 'is-over': over }" data-testid="file-drop"
         @dragover.prevent="over = true" @dragleave.prevent="over = false" @drop.prevent="dropped">
      <span class="cp-icon cp-icon--lg" aria-hidden="true" translate="no">upload_file</span>
      <template v-if="share === null">
        <p class="cp-filedrop-text">{{ strings.drop }}</p>
        <button class="cp-btn cp-btn--primary" type="button" @click="$refs.input.click()">{{ strings.choose }}</button>
        <p class="cp-caption cp-faint">{{ strings.hint }}</p>
      </template>
      <template v-else>
        <p class="cp-filedrop-text" dir="auto" translate="no">{{ name }}</p>
        <span class="cp-progress cp-filedrop-progress" role="progressbar" :aria-label="strings.sending" aria-valuemin="0" aria-valuemax="100"
              :aria-valuenow="share" :style="{ '--cp-v': share + '%' }"></span>
        <button class="cp-btn cp-btn--neutral" type="button" @click="cancel">{{ strings.cancel }}</button>
      </template>
      <p v-if="problem" class="cp-error" role="alert"><span class="cp-icon cp-icon--sm" aria-hidden="true">error</span><span>{{ problem }}</span></p>
      <input ref="input" class="cp-sr" type="file" tabindex="-1" :accept="accept" :aria-label="strings.choose" @change="chosen">
    </div>`,
  beforeUnmount() {
    this.cancel();
  },
  methods: {
    dropped(event) {
      this.over = false;
      this.send(event.dataTransfer?.files?.[0]);
    },
    chosen(event) {
      this.send(event.target.files[0]);
      event.target.value = "";
    },
    send(file) {
      if (!file || this.request) return;
      this.problem = "";
      if (file.size > this.limit) {
        this.problem = this.strings.too_large;
        return;
      }
      const request = (this.request = new XMLHttpRequest()); // fetch tells no progress of what is sent
      this.name = file.name;
      this.share = 0;
      request.open("POST", `${this.url}?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("X-Comptoir", "1");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) this.share = Math.round((100 * event.loaded) / event.total);
      };
      request.onload = () => {
        this.reset();
        if (request.status < 300) this.$emit("uploaded", request.response);
        else this.problem = request.response?.message || comptoir.t("failed", { status: request.status });
      };
      request.onerror = () => {
        this.reset();
        this.problem = this.strings.silent;
      };
      request.send(file);
    },
    cancel() {
      this.request?.abort();
      this.reset();
    },
    reset() {
      this.request = null;
      this.share = null;
    },
  },
};
