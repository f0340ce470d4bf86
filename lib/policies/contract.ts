export {
  policyAreas,
  policyDefinitions,
  settingNames,
  type IntDefinition,
  type PaiseDefinition,
  type PolicyArea,
  type PolicyDefinition,
  type SettingName,
  type SettingValue,
  type SwitchDefinition,
} from "./definitions.ts";
