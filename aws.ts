export * from "./providers/aws/customize";
