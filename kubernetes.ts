export * from "./providers/kubernetes/customize";
