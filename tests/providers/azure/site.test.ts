import assert from "node:assert/strict";
import { cloud } from "../../../providers/azure";
import { customize } from "../../../providers/azure/customize";
import { record, scopeOf, STORE_SPEC } from "./support";

describe("a site on Azure", () => {
    it("has a provider of its own only where the landing zone names a subscription", async () => {
        const recording = await record(() => {
            assert.equal(cloud.siteProvider("westeurope", {}), undefined);
            assert.ok(cloud.siteProvider("westeurope", { account: "subscription" }));
        });
        const [provider, ...others] = recording.resources;
        assert.equal(provider?.type, "pulumi:providers:azure-native");
        assert.equal(provider?.inputs.subscriptionId, "subscription");
        assert.deepEqual(others, []);
    });

    it("takes the stack's subscription without asking Azure", async () => {
        const recording = await record(
            (to) => {
                cloud.objectStore(STORE_SPEC, scopeOf(to, { name: "weights" }));
            },
            { subscription: "configured" },
        );
        assert.deepEqual(recording.calls, []);
    });

    it("asks who deploys where nobody names a subscription", async () => {
        const recording = await record((to) => {
            cloud.objectStore(STORE_SPEC, scopeOf(to, { name: "weights" }));
        });
        assert.ok(
            recording.calls.every(({ token }) => token === "azure-native:authorization:getClientConfig"),
        );
        assert.ok(recording.calls.length > 0);
    });
});

describe("customizers for Azure", () => {
    it("set any property of any child", async () => {
        const recording = await record((to) => {
            cloud.objectStore(
                STORE_SPEC,
                scopeOf(to, {
                    name: "weights",
                    customize: customize.modelStore({
                        account: (args) => {
                            args.accessTier = "Cool";
                        },
                    }),
                }),
            );
        });
        assert.equal(recording.inputs("weights-account").accessTier, "Cool");
    });
});
