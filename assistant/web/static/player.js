// The players: "Écouter" opens one in an answer's card, and the transcript follows what is said.
// Every word comes from Python, in attributes. Events of media don't bubble: they are captured.
"use strict";

(() => {
  // A recording's own clock rounds.
  const ROUNDING = 0.05;
  // After its last word, a line is still the one just said.
  const LINGERS = 3;

  const wanted = new WeakMap(); // player → the second it is to go to
  const leads = new WeakMap(); // player → the link that opened it
  const settled = new WeakMap(); // what scrolls → where we left it

  const mediaOf = (player) => player.querySelector("audio, video");
  const playerOf = (element) => element.closest(".lecteur");
  const pagePlayer = () => document.querySelector(".page-simple .lecteur");
  const textOf = (player) => player.querySelector(".lignes") || document.querySelector("main");
  const linesOf = (player) => [...textOf(player).querySelectorAll("[data-de]")];

  // --- What went wrong, in the words that the page holds for it

  const tell = (notice, name) => {
    notice.textContent = "";
    notice.dataset.dit = name;
    // Emptied first and filled in later, the same sentence is announced again.
    setTimeout(() => { notice.textContent = notice.dataset[name] || ""; }, 50);
  };
  const noticeOf = (player) => player.querySelector(".avis-lecture");
  const say = (player, name) => tell(noticeOf(player), name);
  const unsay = (player) => {
    delete player.dataset.faute;
    noticeOf(player).dataset.dit = "";
    noticeOf(player).textContent = "";
  };

  const explain = async (player, media) => {
    let name = "injoignable";
    try {
      const answer = await fetch(media.src, { method: "HEAD" });
      if (answer.ok) name = "illisible";
      else if (answer.status === 404) name = "absent";
    } catch {
      // The server doesn't answer: that is what is said.
    }
    say(player, name);
    // Its controls would do nothing: the look hides them until it is tried again.
    player.dataset.faute = name;
  };

  // --- Playing

  const canReach = (media, second) => {
    for (let at = 0; at < media.seekable.length; at += 1) {
      const [first, last] = [media.seekable.start(at), media.seekable.end(at)];
      if (first - ROUNDING <= second && second <= last + ROUNDING) return true;
    }
    return false;
  };

  const play = async (player, media) => {
    try {
      await media.play();
    } catch (refusal) {
      // An error of the recording is said by its own event; a pause asked for meanwhile is none.
      if (refusal.name === "NotAllowedError") say(player, "attente");
    }
  };

  const go = (player) => {
    const media = mediaOf(player);
    const second = wanted.get(player);
    wanted.delete(player);
    if (!canReach(media, second)) {
      say(player, "fige");
      return;
    }
    media.currentTime = second;
    play(player, media);
  };

  const playFrom = (player, second) => {
    const media = mediaOf(player);
    if (!media) return;
    unsay(player);
    player.querySelector(".suivre").checked = true;
    wanted.set(player, second);
    if (media.readyState >= HTMLMediaElement.HAVE_METADATA) return go(player);
    media.preload = "auto";
    // Loaded anew, and without its moment: the browser would go there too, after us.
    media.src = media.src.split("#")[0];
  };

  // --- Following

  const place = (player, line) => {
    const box = player.querySelector(".lignes");
    const scrolled = box || document.scrollingElement;
    const top = box ? box.getBoundingClientRect().top : 0;
    const there = line.getBoundingClientRect();
    const room = scrolled.clientHeight;
    // In a page, only what is out of sight is worth moving everything.
    const isSeen = !box && there.top > room / 4 && there.bottom < room;
    if (!isSeen) scrolled.scrollTop += there.top - top - room / 3;
    settled.set(scrolled, scrolled.scrollTop);
  };

  const currentOf = (lines, time) => {
    const at = lines.findLastIndex((one) => Number(one.dataset.de) <= time + ROUNDING);
    if (at < 0) return null;
    const isOver = at === lines.length - 1 && time > Number(lines[at].dataset.a) + LINGERS;
    return isOver ? null : lines[at];
  };

  const follow = (player) => {
    const time = mediaOf(player).currentTime;
    const lines = linesOf(player);
    const current = currentOf(lines, time);
    const follows = player.querySelector(".suivre").checked;
    if (!current && follows) refill(player, time, lines);
    const before = textOf(player).querySelector("[data-de][aria-current]");
    if (before === current) return;
    if (before) before.removeAttribute("aria-current");
    if (!current) return;
    current.setAttribute("aria-current", "true");
    if (follows) place(player, current);
  };

  // --- More lines

  const asked = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  };

  // The moment played is not among the lines shown: those around it take their place.
  const refill = async (player, time, lines) => {
    const list = player.querySelector("ol[data-lignes]");
    if (!list || list.ariaBusy === "true" || !lines.length) return;
    const side = time < Number(lines[0].dataset.de) ? "first" : "last";
    if (!list[`${side}ElementChild`].matches(".autres")) return;
    list.ariaBusy = "true";
    try {
      const items = await asked(`${list.dataset.lignes}&seconde=${Math.floor(time)}`);
      const hadFocus = list.contains(document.activeElement);
      list.innerHTML = items;
      if (hadFocus) player.focus({ preventScroll: true });
      follow(player);
    } catch {
      say(player, "injoignable");
    } finally {
      list.ariaBusy = "false";
    }
  };

  const extend = async (button) => {
    const player = playerOf(button);
    const item = button.closest("li");
    button.disabled = true;
    try {
      const items = await asked(button.dataset.autres);
      const isBefore = !item.previousElementSibling;
      const marker = isBefore ? item.nextElementSibling : item.previousElementSibling;
      item.insertAdjacentHTML("afterend", items);
      item.remove();
      // The keyboard goes on from where it was: the nearest of the new lines.
      const next = isBefore ? marker.previousElementSibling : marker.nextElementSibling;
      const link = next.querySelector("a");
      if (link) link.focus({ preventScroll: isBefore });
    } catch {
      button.disabled = false;
      say(player, "injoignable");
    }
  };

  // --- Looking for words in the transcript

  const look = async (form) => {
    const [status, box] = ["[role=status]", ".trouves"].map((one) => form.parentElement.querySelector(one));
    const words = form.elements.mots.value.trim();
    status.textContent = "";
    box.hidden = !words;
    box.replaceChildren();
    if (!words) return;
    try {
      box.innerHTML = await asked(`${form.dataset.recherche}&mots=${encodeURIComponent(words)}`);
      box.scrollTop = 0;
      box.scrollIntoView({ block: "nearest" });
      status.textContent = box.querySelector(".compte").textContent;
    } catch {
      box.hidden = true;
      say(playerOf(form), "injoignable");
    }
  };

  // --- Opening and closing

  const failed = (link, name) => {
    const card = link.closest(".source");
    let notice = card.querySelector(":scope > .avis-lecture");
    if (!notice) {
      notice = Object.assign(document.createElement("p"), { className: "avis-lecture" });
      notice.setAttribute("role", "alert");
      card.append(notice);
    }
    Object.assign(notice.dataset, link.dataset);
    tell(notice, name);
  };

  const opened = async (link) => {
    const card = link.closest(".source");
    const there = card.querySelector(".lecteur");
    if (there || link.ariaBusy === "true") return there;
    link.ariaBusy = "true";
    try {
      const panel = await asked(link.dataset.lecture);
      for (const old of card.querySelectorAll(":scope > .avis-lecture")) old.remove();
      card.insertAdjacentHTML("beforeend", panel);
    } catch (fault) {
      failed(link, fault.message === "404" ? "absent" : "injoignable");
    } finally {
      link.ariaBusy = "false";
    }
    const player = card.querySelector(".lecteur");
    if (!player) return null;
    leads.set(player, link);
    const quoted = player.querySelector("mark") || player.querySelector("[data-de]");
    if (quoted) place(player, quoted.closest("[data-de]"));
    if (noticeOf(player).dataset.dit) say(player, noticeOf(player).dataset.dit);
    return player;
  };

  const listen = async (link) => {
    const player = pagePlayer() || (await opened(link));
    if (!player) return;
    if (player !== pagePlayer()) {
      player.focus({ preventScroll: true });
      player.scrollIntoView({ block: "nearest" });
    }
    playFrom(player, Number(link.dataset.depart));
  };

  const close = (player) => {
    const media = mediaOf(player);
    const link = leads.get(player);
    if (media) media.pause();
    player.remove();
    if (link) link.focus();
  };

  // --- What people do

  document.addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const lead = event.target.closest("a.ecouter");
    const time = event.target.closest("a[data-seconde]");
    const player = time && (playerOf(time) || pagePlayer());
    if (isPlain && lead) {
      event.preventDefault();
      listen(lead);
    } else if (isPlain && player) {
      event.preventDefault();
      playFrom(player, Number(time.dataset.seconde));
    }
    const more = event.target.closest("button[data-autres]");
    if (more) extend(more);
    const end = event.target.closest(".lecteur .fermer");
    if (end) close(playerOf(end));
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".dedans[data-recherche]")) return;
    event.preventDefault();
    look(event.target);
  });
  // Emptied by its own cross, the box looks for nothing any more.
  document.addEventListener("input", (event) => {
    if (event.target.matches(".dedans[data-recherche] [type=search]") && !event.target.value) look(event.target.form);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.fullscreenElement) return;
    const card = event.target.closest(".source");
    const player = card && card.querySelector(".lecteur");
    if (player) close(player);
  });

  document.addEventListener("change", (event) => {
    const player = event.target.matches(".suivre") && playerOf(event.target);
    const current = player && textOf(player).querySelector("[data-de][aria-current]");
    if (current && event.target.checked) place(player, current);
    else if (player && event.target.checked) follow(player);
  });

  // Whoever scrolls by hand reads something else: the lines stay where they are.
  document.addEventListener("scroll", (event) => {
    const box = event.target === document ? document.scrollingElement : event.target;
    const player = event.target === document ? pagePlayer() : playerOf(box);
    const follows = player && player.querySelector(".suivre");
    if (!follows || !settled.has(box)) return;
    if (Math.abs(box.scrollTop - settled.get(box)) > 2) follows.checked = false;
  }, true);

  // --- What recordings do

  const onMedia = (name, act) => document.addEventListener(name, (event) => {
    if (!(event.target instanceof HTMLMediaElement)) return;
    const player = playerOf(event.target);
    if (player) act(player, event.target);
  }, true);

  onMedia("play", (player, media) => {
    player.classList.add("joue");
    for (const other of document.querySelectorAll("audio, video")) if (other !== media) other.pause();
  });
  onMedia("playing", (player) => {
    if (noticeOf(player).dataset.dit !== "fige") unsay(player);
  });
  onMedia("loadedmetadata", (player) => { if (wanted.has(player)) go(player); });
  for (const name of ["seeked", "timeupdate"]) onMedia(name, follow);
  onMedia("error", explain);
})();
