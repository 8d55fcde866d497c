// The script of a page that holds a picture only to make a PNG of it.
const release = holdLoading();
const { svg: picture, scale } = JSON.parse(document.getElementById("raster").textContent);
rasterOf(picture, scale).then(handOver).finally(release);
