/** The methods the framework hands to a handler; the web process's preload refuses all others, and reads this file too. */
export const methodNames = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
