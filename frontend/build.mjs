// Bundles scripts, styles and the icons in use into src/sunline/web/static/dist.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "..");
const dist = join(root, "src/sunline/web/static/dist");
const outline = join(root, "node_modules/@tabler/icons/icons/outline");

// An icon is named in a template, `{% icon "phone" %}` or `icons.svg' %}#phone`; names that
// only Python knows stand in icons.txt.
const IN_TEMPLATES = [/\{%\s*icon\s+["']([a-z0-9-]+)["']/g, /icons\.svg['"]\s*%\}#([a-z0-9-]+)/g];

function iconNames() {
  const names = new Set(readFileSync(join(root, "frontend/icons.txt"), "utf8").split(/\s+/));
  const folder = join(root, "src/sunline");
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!path.endsWith(".html")) continue;
    const text = readFileSync(join(folder, path), "utf8");
    for (const pattern of IN_TEMPLATES) for (const match of text.matchAll(pattern)) names.add(match[1]);
  }
  names.delete("");
  return [...names].sort();
}

function sprite() {
  const symbols = iconNames().map((name) => {
    const file = join(outline, `${name}.svg`);
    if (!existsSync(file)) throw new Error(`No icon is called "${name}": see https://tabler.io/icons`);
    const inside = readFileSync(file, "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    // Tabler's first path only reserves the square, which the viewBox does already.
    const drawing = inside.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, "icons.svg"), sprite());
await build({
  absWorkingDir: root,
  entryPoints: ["frontend/app.js", "frontend/theme.js", "frontend/app.css"],
  outdir: dist,
  bundle: true,
  minify: true,
  sourcemap: true,
  target: ["es2022"],
  legalComments: "linked",
  logLevel: "warning",
});

// The interactive API documentation comes from our own origin as well.
mkdirSync(join(dist, "swagger-ui"), { recursive: true });
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"]) {
  copyFileSync(join(root, "node_modules/swagger-ui-dist", name), join(dist, "swagger-ui", name));
}

// The web server sends the compressed twin when it lies beside the file.
for (const name of readdirSync(dist).filter((name) => /\.(js|css|svg)$/.test(name))) {
  writeFileSync(join(dist, `${name}.gz`), gzipSync(readFileSync(join(dist, name)), { level: 9 }));
}
