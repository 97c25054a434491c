import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** The SDK of each cloud. */
const SDK = {
    aws: "@pulumi/aws",
    gcp: "@pulumi/gcp",
    azure: "@pulumi/azure-native",
    kubernetes: "@pulumi/kubernetes",
};
const CLOUDS = Object.keys(SDK);

/** Nothing in `target` imports anything in `from`. */
const apart = (target, from, message) => from.map((folder) => ({ target, from: folder, message }));

const clouds = CLOUDS.map((cloud) => `./providers/${cloud}`);

/** index -> components -> (placement, cost, providers); a cloud -> (providers, placement, cost); never back. */
const zones = [
    ...apart(
        "./placement",
        ["./cost", "./providers", "./components", "./cli", "./testing", "./index.ts"],
        "placement stands alone",
    ),
    ...apart(
        "./cost",
        ["./providers", "./components", "./cli", "./testing", "./index.ts"],
        "cost knows placement only",
    ),
    ...apart(
        "./providers",
        ["./components", "./cli", "./testing", "./index.ts"],
        "providers know no component",
    ),
    ...apart("./components", [...clouds, "./cli", "./testing", "./index.ts"], "components name no cloud"),
    ...apart(
        "./testing",
        ["./components", "./providers", "./cli", "./index.ts"],
        "simulated clouds know no component",
    ),
    ...clouds.flatMap((cloud) =>
        apart(
            cloud,
            clouds.filter((other) => other !== cloud),
            "a cloud imports no other cloud",
        ),
    ),
];

const noSdk = (names, message) => ({ group: names.flatMap((name) => [name, `${name}/**`]), message });

export default tseslint.config(
    { ignores: ["dist/", "**/node_modules/", ".cache/"] },
    ...tseslint.configs.recommended,
    {
        files: ["**/*.{ts,js,mjs,cjs}"],
        plugins: { "import-x": importX },
        settings: { "import-x/resolver": { node: { extensions: [".ts", ".js", ".json"] } } },
        rules: {
            // Clouds and SDKs are loaded when they are needed, which CommonJS does with require().
            "@typescript-eslint/no-require-imports": "off",
            "@typescript-eslint/no-unused-vars": [
                "error",
                { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
            ],
            "no-console": "error",
            "import-x/no-restricted-paths": ["error", { zones }],
        },
    },
    {
        files: ["index.ts", "components/**/*.ts", "providers/**/*.ts", "cli/**/*.ts", "testing/**/*.ts"],
        rules: {
            "no-restricted-imports": [
                "error",
                { patterns: [noSdk(Object.values(SDK), "only providers/<cloud> imports an SDK")] },
            ],
        },
    },
    {
        files: ["placement/**/*.ts", "cost/**/*.ts"],
        rules: {
            "no-restricted-imports": [
                "error",
                { patterns: [{ group: ["@pulumi/**"], message: "placement and cost are pure" }] },
            ],
        },
    },
    ...CLOUDS.map((cloud) => ({
        files: [`providers/${cloud}/**/*.ts`],
        rules: {
            "no-restricted-imports": [
                "error",
                {
                    paths: [{ name: SDK[cloud], message: `import deep: ${SDK[cloud]}/<module>` }],
                    patterns: [
                        noSdk(
                            CLOUDS.filter((other) => other !== cloud && other !== "kubernetes").map(
                                (other) => SDK[other],
                            ),
                            "a cloud imports its own SDK",
                        ),
                        // A cluster's handle carries a Kubernetes provider; providers/sdk.ts loads it.
                        ...(cloud === "kubernetes"
                            ? []
                            : [
                                  {
                                      group: [`${SDK.kubernetes}/**`, `!${SDK.kubernetes}/provider`],
                                      message: "only the provider",
                                  },
                              ]),
                    ],
                },
            ],
        },
    })),
    {
        files: ["cli/**", "scripts/**", "bench/**", "tests/**", "testing/schema/generate.ts"],
        rules: { "no-console": "off" },
    },
    {
        files: ["tests/**"],
        rules: { "@typescript-eslint/no-explicit-any": "off" },
    },
);
