/** Choices that a test can change while the emulator runs. The default is what the sources show, or the likelier of two guesses. */
export interface Settings {
	/** Entities on one page of a list; 10,000 at the service. */
	pageSize: number;
	/** Origin of @odata.nextLink; default: the one that was called. */
	nextLinkOrigin?: string;
	/** Lists carry `@odata.count`, as Microsoft's own connector reads them; else only where `$count=true` asks for it. */
	alwaysCounts: boolean;
	/** A filter with `in (…)` is refused with 400 ODataError: Elastic uses it, the documentation does not name it. */
	refusesIn: boolean;
	/** Digits of a second's fraction in the dates of machine actions: 2 to 7 were captured. */
	fractionDigits: number;

	/** Onboarding statuses of device records that refuse actions with ClientVersionNotSupported (seen live for CanBeOnboarded). */
	refusingStatuses: string[];
	/** The refusal of a busy device names the action in its way (PatchPilot). */
	nameActiveAction: boolean;
	/** A machine action is in no list, and not found by its id, until it has this age in ms: the service indexes late (PSLR, KIBANA). */
	visibleAfterMs: number;
	/** A machine action keeps others off its device only when it has this age in ms: two quick requests can both be accepted (KIBANA 236434). */
	busyAfterMs: number;
	/**
	 * A request for an action is answered 201 with an action of its type that is at most this old in ms, instead of a new one ("replaced",
	 * KIBANA 236434, microsoft-365-docs 5903 to 5905), no matter who asked for it and with which comment and commands. 0: never.
	 */
	answersWithEarlierMs: number;
	/** Whose action that can be: of the same device, or of any device of the tenant. */
	earlierOf: 'device' | 'tenant';
	/** How long a live response waits for an offline device, in ms: 2 hours (newest documentation; it was 3 days). TimeOut afterwards is a guess. */
	offlineQueueMs: number;
	/** Of all that is drawn. */
	seed: number;
	/** Pending live responses of offline devices count as sessions (microsoft-365-docs 11521). */
	pendingIsSession: boolean;
	/** Retry-After of the 429 for too many sessions, which no source shows; undefined: none. */
	sessionRetryAfter?: string;
	/** How `requestor` names an app: most captured actions have the id, some the display name. */
	requestor: 'id' | 'displayName';
	/**
	 * Words of `commandStatus` before a command has ended: `all` that Microsoft's connector names (when each is sent is a guess),
	 * or `Created` alone, as documented.
	 */
	commandStatuses: 'all' | 'documented';
	/** A command that runs when its action is cancelled goes on, completes and leaves its result (KIBANA PR 236963). */
	cancelComesLate: boolean;

	/** An upload without OverrideIfExists replaces a library file, where the default is to refuse it; which one is right is unknown. */
	overwritesSilently: boolean;
	/** What happens to unknown devices in one call for many: the call is refused, or the answer leaves them out. Unknown. */
	unknownInMany: 'refuse' | 'leaveOut';
	/** The host of investigation packages names versions and serves parts. What it does is in no source. */
	packageRanges: boolean;
	/** Origin of the links to investigation packages; default: the storage half. */
	packageOrigin?: string;

	/** Claims of access tokens: 1 as Defender's API gets them today (`appid`), 2 with `azp` and the app id of the API as audience. */
	tokenVersion: 1 | 2;
	/** The v2 endpoint knows https://securitycenter.onmicrosoft.com/windowsatpservice too: sources contradict each other. */
	oldNameByV2: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
	pageSize: 10_000,
	nextLinkOrigin: undefined,
	alwaysCounts: true,
	refusesIn: false,
	fractionDigits: 7,
	refusingStatuses: ['CanBeOnboarded', 'Unsupported', 'InsufficientInfo'],
	nameActiveAction: false,
	visibleAfterMs: 0,
	busyAfterMs: 0,
	answersWithEarlierMs: 0,
	earlierOf: 'device',
	offlineQueueMs: 7_200_000,
	seed: 1,
	pendingIsSession: true,
	sessionRetryAfter: '60',
	requestor: 'id',
	commandStatuses: 'all',
	cancelComesLate: false,
	overwritesSilently: false,
	unknownInMany: 'refuse',
	packageRanges: true,
	packageOrigin: undefined,
	tokenVersion: 1,
	oldNameByV2: false,
};
