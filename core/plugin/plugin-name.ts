/** Form of a plugin's name: lower-case words joined by hyphens, a third party's after a prefix of its own. */
export const pluginNamePattern = /^([a-z][a-z0-9]*(-[a-z0-9]+)*\/)?[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
