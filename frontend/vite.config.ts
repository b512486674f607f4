import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    rolldownOptions: {
      input: "src/index.ts",
      preserveEntrySignatures: false,
      output: { entryFileNames: "kumo-boots-card.js", codeSplitting: false },
    },
    modulePreload: false,
    outDir: process.env["KUMO_CARD_OUT"] ?? "../custom_components/kumo_boots/frontend",
    emptyOutDir: true,
    target: "es2022",
  },
  test: { include: ["test/**/*.test.ts"] },
});
