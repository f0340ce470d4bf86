/** The reader's choice of light or dark; "system" follows the machine. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
export const themeCookie = "countersign_theme";

export const themeLabels: Record<Theme, string> = { system: "Theme as this device", light: "Light theme", dark: "Dark theme" };

export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}

/** Applies the choice now and stores it for a year; the server writes it into the page from then on. Browser only. */
export function chooseTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
