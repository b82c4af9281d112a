/** A phrase that readers whose English is a second language stumble over. */
export interface Phrase {
	/** In any letter case. A part in `(?!…)` or `(?<!…)` excepts a proper term that contains the phrase. */
	avoid: RegExp;
	/** What to write in its place. */
	better: string;
	reason: string;
}

const NOT_LITERAL = 'The words do not say what they mean: a reader translates them one by one.';
const AMBIGUOUS = 'The phrase has several meanings, and the reader has to guess which one is meant.';
const BOOKISH = 'Nobody says it today, and textbooks do not teach it.';
const PERSON = 'A program is not a person: say what it does.';

/** Phrases that must not stand in texts, comments and pages. */
export const PHRASES: Phrase[] = [
	{
		avoid: /(?<!there )\b(is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b|other\b|need\b|one\b)\w+/,
		better: 'is not a …',
		reason: BOOKISH,
	},
	{
		avoid: /\b(has|have|had|that) not (yet )?ended\b/,
		better: 'is still running, is not finished',
		reason: 'The positive form is shorter and needs no thinking.',
	},
	{ avoid: /\blook(s|ed|ing)? (at|into|through)\b/, better: 'checks, reads, examines, searches', reason: PERSON },
	{ avoid: /\b(two|of the|each|per|the next|every|more) looks?\b/, better: 'checks, polls', reason: PERSON },
	{
		avoid: /\btold\b|\btells? (of|from|apart|by)\b|\b(that|which|link|storage|it|code|service|time) tells\b/,
		better: 'says, shows, according to, is known from',
		reason: AMBIGUOUS,
	},
	{ avoid: /\bfits\b(?! in)/, better: 'matches', reason: AMBIGUOUS },
	{
		avoid: /\bbehind (a|any|another|the) (\w+ )?node\b|\bcomes? behind\b|\bgoes? on behind\b/,
		better: 'after',
		reason: '"Behind" is a place in a room; a workflow runs one node after another.',
	},
	{ avoid: /\bjust now\b/, better: 'at the moment, or nothing', reason: AMBIGUOUS },
	{ avoid: /\b(to be seen|is seen|are seen)\b/, better: 'is visible, is shown, is known', reason: BOOKISH },
	{ avoid: /\b(came|comes?|became|becomes?) of\b(?! age)/, better: 'results from, happens to', reason: NOT_LITERAL },
	{ avoid: /\bfor good\b/, better: 'permanently', reason: NOT_LITERAL },
	{ avoid: /\bfor ever\b/, better: 'forever, without end', reason: BOOKISH },
	{ avoid: /\bof late\b/, better: 'recently', reason: NOT_LITERAL },
	{ avoid: /\bwithout a word\b|\bsay(s|ing)? nothing of\b/, better: 'without a message', reason: NOT_LITERAL },
	{ avoid: /\ball the same\b/, better: 'anyway, still', reason: NOT_LITERAL },
	{
		avoid: /(?<!user |")\bnobody\b(?!")(?<!^nobody(?=$))/,
		better: 'no one, or the passive',
		reason: 'The passive, or the thing itself, is more exact.',
	},
	{ avoid: /\bsomebody\b|\bsomebody else\b/, better: 'someone, another user', reason: 'One term for one thing.' },
	{ avoid: /\bgo(es)? (into|out|by|along)\b/, better: 'is stored in, leaves, uses', reason: NOT_LITERAL },
	{ avoid: /\bbears? with\b/, better: 'accepts, tolerates', reason: BOOKISH },
	{ avoid: /\bon the wire\b/, better: 'as sent', reason: NOT_LITERAL },
	{ avoid: /\banew\b/, better: 'again', reason: BOOKISH },
	{ avoid: /(?<!by )\bhand(s|ed|ing)? (on|over|out|in)\b/, better: 'passes on, returns, issues', reason: NOT_LITERAL },
	{ avoid: /\b(lets?|is|are|was|be) (\w+ ){0,3}(let )?go\b(?! on)/, better: 'closes, releases', reason: NOT_LITERAL },
	{ avoid: /\bin any case\b/, better: 'upper and lower case count as the same', reason: AMBIGUOUS },
	{ avoid: /\b(is|are|was|were) taken for\b|\btakes? (\w+ ){1,3}for (a|an|the)\b/, better: 'is treated as', reason: NOT_LITERAL },
	{ avoid: /\bheld against\b/, better: 'compared with', reason: NOT_LITERAL },
	{ avoid: /\bkeeps? (its|his|their) word\b/, better: 'does what it promises', reason: PERSON },
	{ avoid: /\bthereof\b|\bhitherto\b|\blest\b|\bwhereupon\b/, better: 'a new sentence', reason: BOOKISH },
	{ avoid: /\b(is|are) over(?= (where|when|or|and)|[.,;]|$)/, better: 'has expired, has ended', reason: AMBIGUOUS },
	{ avoid: /\bnothing is said\b|\bnothing else is said\b/, better: 'the default is', reason: NOT_LITERAL },
	{
		avoid: /\b(knows?|sees?|takes?) no(ne)?\b(?! (longer|more|one)\b)/,
		better: 'does not know, does not accept',
		reason: 'Negate the verb, as textbooks teach it.',
	},
	{
		avoid: /\b(?<!in )so (many|much|old) (?!as\b|that\b)\w+/,
		better: 'this many, the given number of',
		reason: 'The reader expects "as" or "that" after it.',
	},
	{ avoid: /\bwhoever\b|\bwhosever\b/, better: 'the user who, anyone who', reason: 'One word that hides a whole clause.' },
	{ avoid: /\b(stands?|stood) (in|for|beside|below|there)\b/, better: 'is in, replaces, is next to', reason: NOT_LITERAL },
	{ avoid: /\bmend(s|ed|ing)?\b/, better: 'fix, correct', reason: BOOKISH },
];
