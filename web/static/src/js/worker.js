// Shows what was pushed to this browser, and leads to it. It runs beside the pages and keeps nothing of them.
self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const said = event.data.json();
  event.waitUntil(
    self.registration.showNotification(said.title, {
      body: said.body,
      tag: said.tag, // one that comes twice takes its own place
      lang: said.language,
      icon: "/favicon.ico",
      data: { path: said.path },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(new URL(event.notification.data.path, self.location.origin)));
});

/** To the page where it is open, else to a new one; never away from here. */
async function lead(goal) {
  if (goal.origin !== self.location.origin) return;
  for (const page of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    if (new URL(page.url).pathname !== goal.pathname) continue;
    await page.focus();
    await page.navigate(goal.href).catch(() => {}); // a page from before this worker cannot be led
    return;
  }
  await self.clients.openWindow(goal.href);
}
