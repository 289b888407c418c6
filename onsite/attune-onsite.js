/* Attune on the site: shows a waiting note, reports the answer, and tells the page how it can make itself easier.
 * No dependencies, cookies or storage. See docs/onsite.md. */
(() => {
  'use strict';

  const EVERY = 60; // seconds between looks while the page is visible
  const SOONEST = 15; // as long as an answer may be used again
  const LATEST = 600; // after errors
  const BUSY = 'dialog[open], [aria-modal="true"]'; // something of the page's own that must not be talked over

  const CSS = `:host{all:initial!important;--back:#fff;--ink:#1b1f24;--soft:#57606a;--line:#8c959f;--act:#0a5bd3;--on:#fff;
position:fixed!important;z-index:2147483647!important;inset-block-end:16px!important;inset-inline-end:16px!important;
inline-size:min(24rem,calc(100vw - 32px))!important;font:16px/1.5 system-ui,sans-serif!important;color-scheme:light dark}
@media (max-width:480px){:host{inset-inline-end:8px!important;inset-block-end:8px!important;
inline-size:calc(100vw - 16px)!important}}
[role=dialog]{box-sizing:border-box;max-block-size:60vh;overflow:auto;overflow-wrap:anywhere;padding:16px;
color:var(--ink);background:var(--back);border:1px solid var(--line);border-radius:12px;box-shadow:0 8px 24px #0004}
h2{font-size:1.1em;margin:0 0 8px}h2,p:first-of-type,ul:first-of-type{padding-inline-end:44px}
p,ul{margin:0 0 12px}ul{padding-inline-start:1.2em}a{color:var(--act)}.go{display:inline-block;padding:10px 16px;border-radius:8px;color:var(--on);
background:var(--act);text-decoration:none;font-weight:600}
.ask{display:flex;flex-wrap:wrap;align-items:center;gap:8px;padding-block-start:12px;border-block-start:1px solid var(--line)}
.ask span{flex:1 1 100%;color:var(--soft)}
button{font:inherit;min-block-size:44px;min-inline-size:44px;padding:8px 14px;color:var(--ink);background:none;
border:1px solid var(--line);border-radius:8px;cursor:pointer}
.x{float:inline-end;margin-block:-8px;margin-inline-end:-8px;border-color:#0000;padding:0;font-size:1.5em;line-height:1}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}[role=dialog]:focus-visible{outline-width:1px;outline-offset:0}
[role=status]{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:host([theme=dark]){--back:#1b1f24;--ink:#f0f3f6;--soft:#b1bac4;--line:#6e7681;--act:#79b8ff;--on:#0d1117}
@media (prefers-reduced-motion:no-preference){[role=dialog]{animation:in .25s ease-out}
@keyframes in{from{opacity:0;transform:translateY(12px)}}}@media print{:host{display:none!important}}`;

  let running = null; // {endpoint, token, every, theme} of the last start
  let timer = 0;
  let wait = EVERY;
  let told = ''; // the hints the page was told last
  let close = null; // takes the open note away
  let claim = null; // what we ask to show a note with: no other is meanwhile
  const asked = new Set(); // notes this page has asked to show

  /** Run something of ours; whatever goes wrong in it stays ours. */
  const guarded = (act) => (...given) => {
    try {
      const result = act(...given);
      if (result && result.catch) result.catch(() => {});
    } catch {}
  };

  const make = (name, text, attributes) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return element;
  };

  const call = async (config, path, body) => {
    const token = typeof config.token === 'function' ? await config.token() : config.token;
    const headers = { authorization: 'Bearer ' + token };
    if (body) headers['content-type'] = 'application/json';
    return fetch(config.endpoint + path, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
      credentials: 'omit',
      keepalive: !!body,
    });
  };

  /** Report an answer; once more after a moment if it did not get through. Sending it twice counts once. */
  const report = async (config, body, again = true) => {
    try {
      const answer = await call(config, '/answers', body);
      if (answer.status < 500 && answer.status !== 429) return answer.ok ? await answer.json() : {};
    } catch {}
    if (!again) return {};
    await new Promise((done) => setTimeout(done, 2000));
    return report(config, body, false);
  };

  const part = ({ text, url }, button, leave) => {
    if (!/^https?:\/\//i.test(url)) return document.createTextNode(text);
    const link = make('a', text, { href: url, rel: 'noopener' });
    if (button) link.className = 'go';
    link.addEventListener('click', () => leave('followed', true));
    return link;
  };

  const block = ({ kind, items }, leave) => {
    const list = kind === 'list';
    const element = make(list ? 'ul' : 'p');
    for (const item of items) {
      const row = list ? element.appendChild(make('li')) : element;
      for (const one of item) row.append(part(one, kind === 'button', leave));
    }
    return element;
  };

  const show = (config, note) => {
    const { words } = note;
    const before = document.activeElement;
    const theme = config.theme || (matchMedia('(prefers-color-scheme:dark)').matches ? 'dark' : 'light');
    const host = make('div', '', { lang: note.locale, dir: note.direction, 'data-attune': '', theme });
    const root = host.attachShadow({ mode: 'open' });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(make('style', CSS)); // browsers from before 2023
    }

    const leave = guarded((answer, stay) => {
      if (close !== end) return;
      report(config, { note_id: note.id, answer });
      if (!stay) end();
    });
    const dialog = make('div', '', { role: 'dialog', 'aria-label': words.label, 'aria-describedby': 'body', tabindex: -1 });
    const button = (text, answer) => {
      const element = make('button', text, { type: 'button' });
      element.addEventListener('click', () => leave(answer));
      return element;
    };
    const x = button('\u00d7', 'dismissed');
    x.className = 'x';
    x.setAttribute('aria-label', words.close);
    const body = make('div', '', { id: 'body' });
    if (note.headline) body.append(make('h2', note.headline));
    body.append(...note.blocks.map((one) => block(one, leave)));
    const ask = make('div', '', { class: 'ask', role: 'group', 'aria-labelledby': 'ask' });
    ask.append(
      make('span', words.question, { id: 'ask' }),
      button(words.helpful, 'helpful'),
      button(words.not_helpful, 'not_helpful'),
      button(words.not_now, 'not_now'),
    );
    dialog.append(x, body, ask);
    const status = make('div', '', { role: 'status' });
    root.append(dialog, status);

    const onKey = guarded((event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) leave('dismissed');
    });
    const end = () => {
      const inside = root.activeElement;
      document.removeEventListener('keydown', onKey);
      host.remove();
      close = null;
      if (inside && before && before.isConnected) before.focus({ preventScroll: true });
    };
    close = end;
    document.addEventListener('keydown', onKey);
    document.body.append(host);
    // Somebody in the middle of something keeps the focus, and hears of the note when there is a pause.
    if (!before || before === document.body) dialog.focus({ preventScroll: true });
    else setTimeout(() => { status.textContent = words.label + ': ' + note.body; }, 200);
  };

  const tell = ({ friction, hints }) => {
    const now = friction + ' ' + hints.join(' ');
    if (now === (told || 'calm ')) return;
    told = now;
    document.documentElement.setAttribute('data-attune-hints', hints.join(' '));
    document.dispatchEvent(new CustomEvent('attune:hints', { detail: { friction, hints: [...hints] } }));
  };

  /** Claim a note for this display, and show it. Claiming it twice for one display counts once. */
  const settle = async (config, note, ours) => {
    const answer = await report(config, ours);
    if (claim !== ours) return; // stopped
    if (config !== running) return settle(running, note, ours); // started anew: is it for whoever that was for?
    claim = null;
    if (answer.show) show(config, note);
  };

  const offer = (config, notes) => {
    const note = notes.find(({ id }) => !asked.has(id));
    const busy = [...document.querySelectorAll(BUSY)].some((one) => one.getClientRects().length);
    if (!note || close || claim || busy) return;
    asked.add(note.id);
    claim = { note_id: note.id, answer: 'shown', view: String(crypto.getRandomValues(new Uint32Array(4))) };
    return settle(config, note, claim);
  };

  const look = guarded(async () => {
    const config = running;
    clearTimeout(timer);
    if (!config || document.hidden) return;
    try {
      const answer = await call(config, '/notes');
      if (config !== running) return;
      if (!answer.ok) throw answer;
      const news = await answer.json();
      wait = config.every;
      guarded(tell)(news);
      guarded(offer)(config, news.notes);
    } catch (error) {
      // A token that is not good stays so, unless the page can give another.
      if (error.status === 401 && typeof config.token !== 'function') return;
      wait = Math.min(wait * 2, LATEST);
    }
    if (config === running) timer = setTimeout(look, wait * 1000);
  });

  const halt = () => {
    running = null;
    clearTimeout(timer);
    if (close) close();
  };

  const stop = guarded(() => {
    halt();
    claim = null;
    tell({ friction: 'calm', hints: [] });
  });

  const start = guarded(({ endpoint, token, every, theme }) => {
    halt();
    if (!endpoint || !token || !window.fetch) return;
    wait = Math.max(+every || EVERY, SOONEST);
    running = { endpoint: endpoint.replace(/\/+$/, ''), token, every: wait, theme };
    look();
  });

  if (window.Attune) return;
  window.Attune = { start, stop };
  document.addEventListener('visibilitychange', look);
  const own = document.currentScript && document.currentScript.dataset;
  if (own && own.endpoint) {
    if (document.body) start(own);
    else document.addEventListener('DOMContentLoaded', () => start(own));
  }
})();
