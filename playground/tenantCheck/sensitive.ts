import { MARKED, WITHHELD } from './say';

/** Keys whose values are words of the API itself; the values of all others are the tenant's. */
const PUBLIC_KEYS = new Set([
	'status',
	'type',
	'commandStatus',
	'key',
	'code',
	'requestSource',
	'scope',
	'error',
	'healthStatus',
	'onboardingStatus',
	'osPlatform',
	'osArchitecture',
	'osProcessor',
	'riskScore',
	'exposureLevel',
	'deviceValue',
	'token_type',
	'fileIdentifierType',
]);
/** A shorter text would be found in any sentence. */
const MIN_LENGTH = 4;
/** Lists hold thousands of texts; more than this are not kept apart. */
const MAX_TEXTS = 100_000;

/** Everything that came from the tenant or was entered, so that the report can be searched for it before it is written. */
export class Sensitive {
	/** Found anywhere, also inside a word. */
	private readonly secrets = new Set<string>();
	private readonly texts = new Set<string>();

	/** A secret, or what identifies the tenant: client secret, token, link, tenant and client id. */
	addSecret(value: string | undefined): void {
		if (value && value.length >= MIN_LENGTH) this.secrets.add(value.toLowerCase());
	}

	/** Every text in an answer, unless it is a word of the API. */
	addAnswer(value: unknown, key = ''): void {
		if (typeof value === 'string') {
			if (value.length >= MIN_LENGTH && !PUBLIC_KEYS.has(key) && this.texts.size < MAX_TEXTS) this.texts.add(value.toLowerCase());
		} else if (Array.isArray(value)) {
			for (const element of value) this.addAnswer(element, key);
		} else if (typeof value === 'object' && value !== null) {
			for (const [name, inner] of Object.entries(value)) this.addAnswer(inner, name);
		}
	}

	/** Whether a secret is in there. */
	holdsSecret(text: string): boolean {
		const lower = text.toLowerCase();
		return [...this.secrets].some((secret) => lower.includes(secret));
	}

	/**
	 * A finding as it may be published: what came from outside (and is marked) is withheld if it is the tenant's, or a
	 * part of what is. Fixed words stay, though a user's comment may be the same word.
	 */
	clean(finding: string): string {
		const text = finding.replace(MARKED, (_, inner: string) => (this.isTenants(inner) ? WITHHELD : inner));
		return this.holdsSecret(text) ? WITHHELD : text;
	}

	private isTenants(text: string): boolean {
		return this.holdsSecret(text) || partsOf(text.toLowerCase()).some((part) => this.texts.has(part));
	}
}

/** Every run of neighbouring words in a short text. */
function partsOf(text: string): string[] {
	const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
	return words.flatMap((first, from) => words.slice(from).map((last) => text.slice(first.index, last.index + last[0].length)));
}
