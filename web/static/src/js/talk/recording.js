// A voice note: the microphone is on while the time is seen to run, and off the moment it is stopped or thrown away.
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** A function of a panel and of what shows it; it resolves to the sound, or to null where it was thrown away. */
export function recording(longest) {
  return async (panel, show) => {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32_000 });
    const parts = [];
    let kept = true;
    show();
    const begun = performance.now();
    const time = panel.querySelector("time");
    const watch = setInterval(() => {
      const seconds = (performance.now() - begun) / 1000;
      time.textContent = clock(Math.min(seconds, longest));
      if (seconds >= longest) stop();
    }, 250);
    const stop = () => { if (recorder.state !== "inactive") recorder.stop(); };
    panel.querySelector("[data-stop]").addEventListener("click", stop);
    panel.querySelector("[data-discard]").addEventListener("click", () => { kept = false; stop(); });
    addEventListener("pagehide", stop, { once: true });
    panel.querySelector("[data-stop]").focus();
    recorder.addEventListener("dataavailable", (event) => { if (event.data.size) parts.push(event.data); });
    await new Promise((done) => { recorder.addEventListener("stop", done); recorder.start(); });
    clearInterval(watch);
    removeEventListener("pagehide", stop);
    for (const track of stream.getTracks()) track.stop();
    return kept && parts.length ? new Blob(parts, { type: recorder.mimeType || mimeType }) : null;
  };
}
