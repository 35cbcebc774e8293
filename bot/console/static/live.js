// One connection for each page. When this browser has too many open, the server parks the oldest;
// it comes back when the page is looked at, and says what it saw last.
document.addEventListener("DOMContentLoaded", () => {
  const off = document.getElementById("live-off");

  class Source {
    constructor(url) {
      this.url = url;
      this.last = "";
      this.wanted = [];
      this.readyState = 0;
      this.open();
      document.addEventListener("visibilitychange", () => {
        if (this.parked && document.visibilityState === "visible") this.open();
      });
    }

    open() {
      this.parked = false;
      // the page itself says what had rung before it was made
      const url = new URL(this.url, location.href);
      if (this.last) url.searchParams.set("after", this.last);
      const source = (this.source = new EventSource(url));
      source.onopen = () => {
        off.hidden = true;
        if (this.onopen) this.onopen();
      };
      source.onerror = () => {
        if (this.leaving) return;
        off.hidden = false;
        // the browser tries again by itself, except after an answer that was no stream
        if (source.readyState === EventSource.CLOSED) window.setTimeout(() => this.open(), 5000);
      };
      source.addEventListener("parked", () => {
        source.close();
        this.parked = true;
        if (document.visibilityState === "visible" && document.hasFocus()) this.open();
      });
      source.addEventListener("signed-out", () => location.reload());
      for (const [name, heard] of this.wanted) source.addEventListener(name, heard);
    }

    addEventListener(name, heard) {
      const noted = (event) => {
        this.last = event.lastEventId;
        heard(event);
      };
      noted.heard = heard;
      this.wanted.push([name, noted]);
      this.source.addEventListener(name, noted);
    }

    removeEventListener(name, heard) {
      for (const [known, noted] of this.wanted) {
        if (known === name && noted.heard === heard) this.source.removeEventListener(name, noted);
      }
      this.wanted = this.wanted.filter(([known, noted]) => known !== name || noted.heard !== heard);
    }

    close() {
      this.leaving = true;
      this.source.close();
    }
  }

  const sources = [];
  htmx.createEventSource = (url) => {
    const source = new Source(url);
    sources.push(source);
    return source;
  };
  window.addEventListener("pagehide", () => sources.forEach((source) => source.close()));
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
});
