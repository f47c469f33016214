"use strict";
(() => {
  const chat = document.body.dataset.chat;
  const role = (name, root = document) => root.querySelector(`[data-role="${name}"]`);
  const list = role("messages"), scroll = role("scroll"), text = role("text"), toast = role("toast");
  const start = role("start"), line = role("line"), sheet = role("sheet"), menu = role("commands");
  const byId = (id) => list.querySelector(`[data-message-id="${id}"]`);
  const isPrivate = document.body.dataset.type === "private";
  const sources = new Map();
  let toastTimer = 0, typingTimer = 0;

  const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 160;
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; };

  function say(words) {
    toast.textContent = words; toast.hidden = false;
    clearTimeout(toastTimer); toastTimer = setTimeout(() => { toast.hidden = true; }, 3500);
  }

  async function send(what, body) {
    const speaker = role("speaker");
    if (speaker) body.user_id = Number(speaker.value);
    try {
      const answer = await fetch(`/chat/${chat}/${what}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      const result = await answer.json();
      if (result.error) say(result.error);
      return answer.ok;
    } catch { say("Mất kết nối với máy chủ."); return false; }
  }

  // A chip with the date before the first message of each day; START instead of the line in a chat without messages.
  function tidy() {
    list.querySelectorAll(".day").forEach((chip) => chip.remove());
    let day = "";
    list.querySelectorAll("[data-message-id]").forEach((row) => {
      if (row.dataset.day !== day) {
        day = row.dataset.day;
        const chip = document.createElement("li");
        chip.className = "day"; chip.textContent = day; row.before(chip);
      }
    });
    const fresh = isPrivate && !list.querySelector("[data-message-id]");
    start.hidden = !fresh; line.hidden = fresh;
  }

  async function fillCards(root) {
    for (const card of root.querySelectorAll('[data-role="card"]')) {
      const answer = await fetch(`/preview?url=${encodeURIComponent(card.dataset.url)}`).catch(() => null);
      const told = answer && answer.ok ? await answer.json() : {};
      if (!told.image && !told.title) { card.remove(); continue; }
      const stick = nearEnd();
      const part = (tag, name, value) => {
        if (!value) return;
        const node = document.createElement(tag); node.className = name; node.textContent = value; words.append(node);
      };
      const words = document.createElement("span"); words.className = "words";
      part("span", "site", told.site); part("strong", "headline", told.title); part("span", "gist", told.description);
      if (words.childElementCount) card.append(words);
      if (told.image) {
        const image = document.createElement("img"); image.alt = told.title ? "" : "Ảnh xem trước"; image.src = told.image;
        image.addEventListener("load", () => { if (stick) toEnd(); });
        card.append(image);
      }
      card.hidden = false;
      if (stick) toEnd();
    }
  }

  function put(id, html) {
    const mould = document.createElement("template");
    mould.innerHTML = html.trim();
    const row = mould.content.firstElementChild, old = byId(id), stick = nearEnd();
    if (old && sources.get(id) === html) return;
    if (old) {
      old.replaceWith(row);
      if (sources.has(id)) row.classList.add("changed");
    } else {
      const after = [...list.querySelectorAll("[data-message-id]")].find((other) => Number(other.dataset.messageId) > id);
      if (after) after.before(row); else list.append(row);
    }
    sources.set(id, html);
    if (row.dataset.from === "bot") role("typing").hidden = true;
    tidy(); fillCards(row);
    if (stick || row.dataset.from === "person") toEnd();
  }

  const events = new EventSource(`/chat/${chat}/events`);
  const on = (kind, act) => events.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  on("present", ({ ids }) => {
    const present = new Set(ids);
    list.querySelectorAll("[data-message-id]").forEach((row) => { if (!present.has(Number(row.dataset.messageId))) row.remove(); });
    document.body.dataset.live = ""; tidy();
  });
  on("message", ({ id, html }) => put(id, html));
  on("delete", ({ id }) => { byId(id)?.remove(); tidy(); });
  on("toast", (told) => { list.querySelectorAll(".key.busy").forEach((key) => key.classList.remove("busy")); if (told.text) say(told.text); });
  on("typing", () => {
    const stick = nearEnd();
    role("typing").hidden = false; if (stick) toEnd();
    clearTimeout(typingTimer); typingTimer = setTimeout(() => { role("typing").hidden = true; }, 5000);
  });
  events.addEventListener("error", () => { delete document.body.dataset.live; });

  list.addEventListener("click", (event) => {
    const key = event.target.closest("[data-data]"), command = event.target.closest("[data-command]");
    if (key) {
      key.classList.add("busy"); setTimeout(() => key.classList.remove("busy"), 4000);
      send("press", { message_id: Number(key.closest("[data-message-id]").dataset.messageId), data: key.dataset.data });
    } else if (command) send("say", { text: command.dataset.command });
  });

  async function speak() {
    const words = text.value.trim();
    if (!words) return;
    text.value = ""; grow();
    if (!await send("say", { text: words })) text.value = words;
  }
  const grow = () => { text.style.height = "auto"; text.style.height = `${Math.min(text.scrollHeight, 160)}px`; };
  role("composer").addEventListener("submit", (event) => { event.preventDefault(); speak(); });
  text.addEventListener("input", grow);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); speak(); }
  });
  start.addEventListener("click", () => send("say", { text: "/start" }));
  role("block")?.addEventListener("click", async () => {
    if (await send("block", {})) say("Đã chặn bot. Nhắn một tin bất kỳ để bỏ chặn.");
  });

  menu.addEventListener("click", async () => {
    const open = sheet.hidden;
    if (open) {
      const commands = await (await fetch(`/chat/${chat}/commands`)).json();
      sheet.replaceChildren(...commands.map(({ command, description }) => {
        const item = document.createElement("button"), name = document.createElement("b"), gist = document.createElement("span");
        item.type = "button"; name.textContent = `/${command.replace(/^\//, "")}`; gist.textContent = description;
        item.append(name, gist);
        item.addEventListener("click", () => { sheet.hidden = true; menu.setAttribute("aria-expanded", "false"); send("say", { text: name.textContent }); });
        return item;
      }));
      if (!commands.length) sheet.textContent = "Bot chưa đăng ký lệnh nào.";
    }
    sheet.hidden = !open; menu.setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { sheet.hidden = true; menu.setAttribute("aria-expanded", "false"); } });

  tidy(); fillCards(list); toEnd();
  if (matchMedia("(min-width: 800px)").matches && !line.hidden) text.focus();
})();
