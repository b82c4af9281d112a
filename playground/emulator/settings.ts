/** Choices that a test can change while the emulator runs. */
export interface Settings {
	/** Entities on one page of a list; 10,000 at the service. */
	pageSize: number;
	/** Origin of @odata.nextLink; default: the one that was called. */
	nextLinkOrigin?: string;
	/** The refusal of a busy device names the action in its way (PatchPilot). */
	nameActiveAction: boolean;
	/** A machine action is in no list, and not found by its id, until it is so old: the service indexes late (PSLR, KIBANA). */
	visibleAfterMs: number;
	/** An upload without OverrideIfExists replaces a library file, where the default is to refuse it; which one is right is unknown. */
	overwritesSilently: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
	pageSize: 10_000,
	nextLinkOrigin: undefined,
	nameActiveAction: false,
	visibleAfterMs: 0,
	overwritesSilently: false,
};
