import { Provider } from "@pulumi/azure-native/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { LandingZone } from "../site";

/** An explicit provider for the subscription that a landing zone names; the default provider serves otherwise. */
export function siteProvider(region: string, zone: LandingZone): pulumi.ProviderResource | undefined {
    return zone.account === undefined
        ? undefined
        : new Provider(`azure-${zone.account}-${region}`, { subscriptionId: zone.account });
}
