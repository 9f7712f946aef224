// Only under `harness serve`: asks the page's own server whether a run has landed, and shows it.

(() => {
  let known = null;
  const notice = el("p", { class: "warning", role: "status", hidden: true }, "A new run has landed. ", el("a", { href: "/" }, "Open the leaderboard"));
  document.querySelector(".top").append(notice);
  const ask = async () => {
    try {
      const version = await (await fetch("/version", { cache: "no-store" })).text();
      if (known !== null && version !== known) {
        if (location.pathname === "/") location.reload();
        else notice.hidden = false;
      }
      known = version;
    } catch { /* the server is gone; the page stays as it is */ }
    setTimeout(ask, 1500);
  };
  ask();
})();
