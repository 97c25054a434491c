import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const clouds = ["aws", "gcp", "azure", "kubernetes"];
const SDK = ["@pulumi/aws", "@pulumi/gcp", "@pulumi/azure-native", "@pulumi/kubernetes"];

/** No file of `folder` imports from these. */
const zone = (target, from, message) => ({ target, from, message });

export default tseslint.config(
    { ignores: ["dist/", "node_modules/", "**/node_modules/", "examples/*/dist/"] },
    ...tseslint.configs.recommended,
    {
        files: ["**/*.ts"],
        plugins: { "import-x": importX },
        settings: { "import-x/resolver": { node: { extensions: [".ts", ".js", ".json"] } } },
        rules: {
            "@typescript-eslint/no-require-imports": "off",
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
            "@typescript-eslint/consistent-type-imports": "off",
            "no-console": "error",
            // The direction of imports: index -> components -> (placement, cost, providers); a cloud's folder ->
            // (providers/*.ts, cost, placement). Never back, and never from one cloud to another.
            "import-x/no-restricted-paths": [
                "error",
                {
                    zones: [
                        zone("./placement", "./!(placement)/**/*", "placement stands alone"),
                        zone("./cost", "./!(cost|placement|node_modules)/**/*", "cost depends on placement only"),
                        ...["components", "cli", "testing", "index.ts"].flatMap((from) => [
                            zone("./providers", `./${from}`, "providers depend on no component"),
                        ]),
                        ...clouds.flatMap((cloud) =>
                            clouds
                                .filter((other) => other !== cloud)
                                .map((other) =>
                                    zone(
                                        `./providers/${cloud}`,
                                        `./providers/${other}`,
                                        "a cloud imports no other cloud",
                                    ),
                                ),
                        ),
                        zone("./components", "./providers/*/!(concepts)", "components name no cloud"),
                        zone("./testing", "./components", "simulated clouds know no component"),
                    ],
                },
            ],
        },
    },
    {
        // SDKs are imported deep, and in their cloud's folder only.
        files: ["index.ts", "components/**/*.ts", "providers/*.ts", "providers/concepts/**/*.ts", "cli/**/*.ts", "testing/**/*.ts"],
        rules: {
            "no-restricted-imports": [
                "error",
                {
                    patterns: SDK.map((name) => ({
                        group: [name, `${name}/**`],
                        message: "only providers/<cloud> imports an SDK",
                    })),
                },
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
    {
        files: ["providers/{aws,gcp,azure,kubernetes}/**/*.ts"],
        rules: {
            "no-restricted-imports": [
                "error",
                { paths: SDK.map((name) => ({ name, message: `import deep: ${name}/<module>` })) },
            ],
        },
    },
    {
        files: ["cli/**/*.ts", "scripts/**/*.ts", "bench/**/*.ts", "tests/**/*.ts", "testing/schema/generate.ts"],
        rules: { "no-console": "off" },
    },
    {
        files: ["tests/**/*.ts"],
        rules: { "@typescript-eslint/no-unused-expressions": "off", "@typescript-eslint/no-explicit-any": "off" },
    },
);
