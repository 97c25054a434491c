import { createHash } from "node:crypto";
import { Provider } from "@pulumi/gcp/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { LandingZone } from "../site";

/** An explicit provider for the project or service account that a landing zone names; the default one serves otherwise. */
export function siteProvider(region: string, zone: LandingZone): pulumi.ProviderResource | undefined {
    if (zone.account === undefined && zone.role === undefined) {
        return undefined;
    }
    // A project id says nothing of who acts in it, and the impersonated account's e-mail is no fit name.
    const identity = createHash("sha256")
        .update(zone.role ?? "")
        .digest("hex")
        .slice(0, 8);
    const name = ["gcp", zone.account, region, ...(zone.role === undefined ? [] : [identity])]
        .filter((part) => part !== undefined)
        .join("-");
    return new Provider(name, {
        region,
        ...(zone.account === undefined ? {} : { project: zone.account }),
        ...(zone.role === undefined ? {} : { impersonateServiceAccount: zone.role }),
    });
}
