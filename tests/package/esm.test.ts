import assert from "node:assert/strict";
import { Installation, type Ran } from "./installed";

const COMPONENTS = ["BatchJob", "GpuCluster", "InferenceService", "ModelStore"];

/** Prints the kinds of the components that a program got hold of. */
const PRINT = `console.log(JSON.stringify([BatchJob, GpuCluster, InferenceService, ModelStore].map((one) => one.name)));`;

function printed(ran: Ran): unknown {
    assert.equal(ran.code, 0, ran.stderr);
    return JSON.parse(ran.stdout);
}

describe("the module formats", function () {
    this.timeout(60_000);

    it("gives its names to an ES module", () => {
        const ran = Installation.get().run(
            "named.mjs",
            `import { BatchJob, GpuCluster, InferenceService, ModelStore } from "barycenter";\n${PRINT}`,
        );
        assert.deepEqual(printed(ran), COMPONENTS);
    });

    it("gives its names to an ES module as a namespace", () => {
        const ran = Installation.get().run(
            "namespace.mjs",
            `
            import * as barycenter from "barycenter";
            const { BatchJob, GpuCluster, InferenceService, ModelStore } = barycenter;
            ${PRINT}
            `,
        );
        assert.deepEqual(printed(ran), COMPONENTS);
    });

    it("gives the same names to an ES module as to a CommonJS one", () => {
        const ran = Installation.get().run(
            "compare.mjs",
            `
            import { createRequire } from "node:module";
            import * as imported from "barycenter";
            const required = createRequire(import.meta.url)("barycenter");
            const synthetic = ["default", "module.exports", "__esModule"];
            const names = (from) => Object.keys(from).filter((name) => !synthetic.includes(name)).sort();
            console.log(JSON.stringify({
                imported: names(imported),
                required: names(required),
                same: names(required).every((name) => imported[name] === required[name]),
            }));
            `,
        );
        const { imported, required, same } = printed(ran) as Record<string, unknown>;
        assert.deepEqual(imported, required);
        assert.equal(same, true);
    });

    it("is required by a CommonJS program", () => {
        const ran = Installation.get().run(
            "required.cjs",
            `const { BatchJob, GpuCluster, InferenceService, ModelStore } = require("barycenter");\n${PRINT}`,
        );
        assert.deepEqual(printed(ran), COMPONENTS);
    });

    for (const entry of ["aws", "gcp", "azure", "kubernetes"]) {
        it(`gives \`customize\` of barycenter/${entry} to both, and loads no SDK for it`, () => {
            const ran = Installation.get().run(
                `${entry}.mjs`,
                `
                import { createRequire } from "node:module";
                import { customize } from "barycenter/${entry}";
                const require = createRequire(import.meta.url);
                const children = { some: () => {} };
                console.log(JSON.stringify({
                    same: require("barycenter/${entry}").customize === customize,
                    through: customize.modelStore(children) === children,
                    sdk: Object.keys(require.cache).filter((file) => /@pulumi.(aws|gcp|azure-native|kubernetes)/.test(file)),
                }));
                `,
            );
            assert.deepEqual(printed(ran), { same: true, through: true, sdk: [] });
        });
    }

    it("keeps its inner modules to itself", () => {
        const ran = Installation.get().run(
            "inner.mjs",
            `
            const tried = await import("barycenter/dist/components/component.js").catch((error) => error.code);
            console.log(JSON.stringify(tried));
            `,
        );
        assert.equal(printed(ran), "ERR_PACKAGE_PATH_NOT_EXPORTED");
    });
});
