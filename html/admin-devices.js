/*
 * <admin-devices>: the devices that were let in, and the link that lets one more in.
 */

import { ask } from './ask.js';
import { calm, formOf, onSubmit } from './form.js';
import { onHold } from './hold.js';
import { Markup, fill, find, html, setText } from './html.js';
import { range } from './range.js';
import { ageText, durationText } from './text.js';
import { say } from './words.js';

/** How often the list is asked for: nobody announces a device that came. */
const LIST_MS = 20000;
const WAITING_MS = 3000;

/** @type {Record<string, string>} */
const ROLES = { shooter: say`shooter`, coach: say`coach`, admin: say`admin`, camera: say`camera`, viewer: say`viewer` };

/** Names by which a computer calls itself, and no tablet can. */
const ITSELF = ['localhost', '127.0.0.1', '[::1]'];

/** @typedef {{ id: string, name: string, lane: string | null, role: string, joined: boolean,
 *   created_us: number, last_seen_us: number | null, link_until_us: number | null }} Device */

/** @returns {import('./form.js').Field[]} */
const fields = () => [
  { name: 'name', label: say`Name`, hint: say`What it is called in the list, such as “Tablet 1”.`, required: true, max: 63 },
  { name: 'lane', label: say`Lane`, hint: say`It has its role there alone, and looks on elsewhere.`,
    value: range.lanes.keys().next().value,
    choices: [...range.lanes.values()].map((l) => /** @type {[string, string]} */ ([l.name, l.title]))
      .concat([['', say`All lanes, and the range itself`]]) },
  { name: 'role', label: say`Role`, value: 'shooter', choices: [['shooter', say`Shooter: sessions, paper, corrections`],
    ['coach', say`Coach: also cold and hot, commands to all lanes`], ['admin', say`Admin: everything`],
    ['camera', say`Camera: sends its pictures to the lane`], ['viewer', say`Viewer: looks on`]] },
  { name: 'address', label: say`Address of these pages`, mode: 'url', required: true, max: 200,
    value: ITSELF.includes(location.hostname) ? '' : location.origin,
    hint: ITSELF.includes(location.hostname)
      ? say`As the tablet finds this computer, such as http://192.168.1.10: it cannot reach “localhost”.`
      : say`As the tablet finds them; most often as they are.` },
];

class AdminDevices extends HTMLElement {
  /** The device whose link is shown, and until when it works, ms. @type {{ id: string, until: number } | null} */
  invited = null;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  shown = '';

  connectedCallback() {
    const asked = fields();
    fill(this, html`<div class="two"><section class="card"><h2>Devices</h2>
        <p class="small">Whoever reaches the pages may look on. These may do more.</p>
        <ul class="things"></ul></section>
      <section class="card first acts"><h2>Add a tablet</h2><div class="invite" hidden></div>${formOf(asked, say`Show the link`)}</section></div>`);
    const form = /** @type {HTMLFormElement} */ (find(this, 'form'));
    onSubmit(form, asked, async ({ lane, ...rest }) => {
      this.show(await ask('POST', '/api/devices', { ...rest, lane: lane || null }));
      this.load();
    });
    this.unsubscribe = range.subscribe(({ kind }) => kind === 'tick' && this.count());
    this.load();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.unsubscribe?.();
  }

  async load() {
    clearTimeout(this.timer);
    const place = find(this, '.things');
    try {
      const { devices } = await ask('GET', '/api/devices');
      this.list(devices);
    } catch (error) {
      this.shown = '';
      calm(place, error, () => this.load());
    }
    if (this.isConnected) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (document.hidden ? this.later() : this.load()), this.invited ? WAITING_MS : LIST_MS);
    }
  }

  later() {
    this.timer = setTimeout(() => this.load(), WAITING_MS);
  }

  /** @param {Device[]} devices */
  list(devices) {
    const came = devices.find((d) => d.id === this.invited?.id && d.joined);
    if (came) {
      this.invited = null;
      find(this, '.invite').hidden = false;
      fill(find(this, '.invite'), html`<p role="status"><b>${came.name} is let in.</b></p>`);
    }
    const now_us = range.clock(Date.now());
    const words = (/** @type {Device} */ { joined, last_seen_us, link_until_us }) => {
      if (!joined) {
        return link_until_us && link_until_us > now_us ? say`not opened its link yet` : say`its link has expired`;
      }
      const age = last_seen_us ? (now_us - last_seen_us) / 1000 : 0;
      return !last_seen_us ? say`let in` : age < 120000 ? say`seen just now` : say`seen ${ageText(age)} ago`;
    };
    const rows = devices.map((d) => ({ ...d, words: words(d),
      what: ROLES[d.role] ?? d.role, where: d.lane === null ? say`all lanes` : range.lanes.get(d.lane)?.title ?? d.lane }));
    const text = JSON.stringify(rows);
    if (text === this.shown || this.querySelector('.held')) {
      return; /* no list changes under a finger */
    }
    this.shown = text;
    const place = find(this, '.things');
    const focused = /** @type {HTMLElement | null} */ (place.querySelector('li:focus-within'))?.dataset.device;
    fill(place, html`${rows.length === 0 && html`<li>No device was let in yet.</li>`}
      ${rows.map((d) => html`<li data-device="${d.id}"><div><b>${d.name}</b>
        <p class="small">${d.what} · ${d.where} · ${d.words}</p></div>
        <button type="button" class="acts" aria-label="Remove ${d.name}: hold for a second">Remove</button></li>`)}`);
    place.querySelectorAll('[data-device]').forEach((row) => onHold(find(row, 'button'), () =>
      this.forget(/** @type {HTMLElement} */ (row))));
    if (focused) {
      /** @type {HTMLElement | null} */ (place.querySelector(`[data-device="${CSS.escape(focused)}"] button`))?.focus();
    }
  }

  /** @param {{ device: Device, link: string, qr_svg: string | null }} answer */
  show({ device, link, qr_svg: qr }) {
    const left_ms = ((device.link_until_us ?? 0) - range.clock(Date.now())) / 1000;
    this.invited = { id: device.id, until: Date.now() + left_ms };
    const place = find(this, '.invite');
    place.hidden = false;
    fill(place, html`<p><b>${device.name}</b>: scan this with the tablet, or open the link there and tap “Use this device”. It
      works once, for <b class="left" role="timer"></b>.</p>
      <div class="scan">${qr && new Markup(qr)}</div><p class="link">${link}</p>`);
    /** @type {HTMLInputElement} */ (find(this, '[name=name]')).value = '';
    this.count();
    place.scrollIntoView({ block: 'nearest' });
  }

  count() {
    const left = this.querySelector('.left');
    if (this.invited && left) {
      const ms = this.invited.until - Date.now();
      setText(left, durationText(ms * 1000));
      if (ms <= 0) {
        this.invited = null;
        fill(find(this, '.invite'), html`<p role="status">The link has expired. Show another one.</p>`);
      }
    }
  }

  /** @param {HTMLElement} row */
  async forget(row) {
    const id = row.dataset.device ?? '';
    try {
      await ask('DELETE', `/api/devices/${encodeURIComponent(id)}`);
      if (this.invited?.id === id) {
        this.invited = null;
        find(this, '.invite').hidden = true;
      }
      row.remove();
    } catch (error) {
      const { title, detail } = /** @type {import('./ask.js').Refusal} */ (error);
      setText(find(row, '.small'), `${title}. ${detail}`);
    }
    this.shown = '';
    this.load();
  }
}

customElements.define('admin-devices', AdminDevices);
