// The variables of this machine that `func` does not get.

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * With each of these variables the host behaves as on Azure, and looks for its extension bundle below `$HOME/data`, where Core
 * Tools store none. Containers and development images set some of them.
 * Source: azure-functions-host 4.1037, ExtensionBundleConfigurationHelper.cs and EnvironmentExtensions.cs.
 */
const PLATFORM_VARIABLES = [
  'CONTAINER_NAME',
  'DOTNET_RUNNING_IN_CONTAINER',
  'WEBSITE_INSTANCE_ID',
  'WEBSITE_SKU',
] as const;

export function toFuncEnvironment(environment: Environment): Record<string, string | undefined> {
  const kept = { ...environment };
  for (const name of PLATFORM_VARIABLES) delete kept[name];
  return kept;
}

/** The names of those variables that are set. */
export function findPlatformVariables(environment: Environment): readonly string[] {
  return PLATFORM_VARIABLES.filter((name) => environment[name]);
}
