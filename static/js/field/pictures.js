// A photo as it comes from camera or gallery is drawn anew: upright, at most 1600 pixels long, without anything that came along
// with it (place, time, device). What a canvas writes has no metadata.

export const LONGEST_SIDE = 1600;
const QUALITY = 0.8;
const SOURCE_LIMIT = 60 * 1024 * 1024;

export class PictureFault extends Error {}

async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return viaElement(file);
  }
}

// Older engines take no options, or decode in <img> what they do not decode otherwise; <img> turns by itself.
function viaElement(file) {
  return new Promise((resolve, reject) => {
    const address = URL.createObjectURL(file);
    const image = new Image();
    image.onload = () => { resolve(image); URL.revokeObjectURL(address); };
    image.onerror = () => {
      URL.revokeObjectURL(address);
      reject(new PictureFault(`“${file.name}”不是能打开的图片。请重新拍摄，或在相册里另存为 JPG 后再选。`));
    };
    image.src = address;
  });
}

// Returns a canvas with the picture, shrunk. Throws PictureFault with a sentence for the user.
export async function shrunk(file) {
  if (file.size > SOURCE_LIMIT) throw new PictureFault(`“${file.name}”超过 60 MB，请用手机相机重新拍摄。`);
  const source = await decode(file);
  const width = source.naturalWidth ?? source.width;
  const height = source.naturalHeight ?? source.height;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  source.close?.();
  return canvas;
}

export async function jpegOf(canvas) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new PictureFault("手机内存不足，照片没有存下。请关闭其他应用后重拍。");
  // As bytes: some engines have lost Blobs out of their database.
  return blob.arrayBuffer();
}

export async function canvasOf(bytes) {
  return shrunk(new File([bytes], "照片.jpg", { type: "image/jpeg" }));
}
