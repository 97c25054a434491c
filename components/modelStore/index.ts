export { ModelStore } from "./modelStore";
export { Dataset, Model } from "./model";
export type { AdoptedModelStoreArgs, DatasetArgs, ModelArgs, ModelStoreArgs } from "./args";
