// A photo out of a phone is made smaller before it is sent: <input type="file" data-shrink="longest side in pixels">.
// It costs less of a person's data volume, and a large one is not refused. What cannot be read is sent as it is.
for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", () => shrink(input, Number(input.dataset.shrink)).catch(() => {}));
}

async function shrink(input, longest) {
  const file = input.files[0];
  if (!file?.type.startsWith("image/") || !window.createImageBitmap || !window.DataTransfer) return;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size < 500_000) return;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // what one could look through, as the server has it
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.88));
  if (!small || input.files[0] !== file) return;
  const chosen = new DataTransfer();
  chosen.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
  input.files = chosen.files;
}
