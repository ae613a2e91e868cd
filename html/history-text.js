/*
 * The words of the page of the history in every language that it speaks, and
 * figures as people there write them.  Pure functions, no DOM.
 */

/** @type {Record<string, Record<string, string>>} */
export const WORDS = {
  en: {
    title: 'History', who: 'Shooter', everybody: 'Everybody', target: 'Target', all: 'All targets', days30: '30 days',
    days365: '12 months', days0: 'All', sessions: 'Sessions', shots: 'Shots', average: 'Average, in tenths',
    inner: 'Inner', best: 'Best of {n}', scatter: 'Scatter (sigma)', none: 'Nothing was shot here yet.',
    noneYet: 'As soon as somebody shoots, or an old file is imported, it is here.', trend: 'Trend',
    score: 'Average per shot, in tenths', sigma: 'Scatter (sigma), mm', mpi_x: 'Group centre left / right, mm',
    mpi_y: 'Group centre up / down, mm',
    trendSays: 'A dot is a session, the line the mean of ten, the band one standard deviation beside it.',
    daySays: 'A dot is a day of everybody; choose a shooter for means and bands.',
    daySigma: 'A dot is a day of everybody, the band its 95 % interval.',
    date: 'Date', total: 'Total', group: 'Group', centre: 'Centre', gun: 'Gun', compare: 'Compare',
    pick: 'Compare the session of {date}', file: 'Files', card: 'Card', more: 'Loading more…', round: 'Series {n}',
    whole: 'All shots', pickOne: 'Tick one or two sessions in the list: their shots lie here on one target.',
    differs: 'Shot at different targets: they do not lie on one.', heat: 'Where the shots go',
    heatOne: 'Choose a target to see where the shots go.', heatSays: '{n} shots; the brightest field has {most}.',
    heatNewest: 'The newest {n} of {of} shots; the brightest field has {most}.',
    rings: 'Rings', guns: 'Guns beside each other', gunsOne: 'Choose a shooter whose sessions say what they were shot with.',
    notSaid: 'not said', gunDiffers: '{a} shoots tighter than {b}: their 95 % intervals do not overlap.',
    gunSame: 'No difference that the shots can show: the 95 % intervals overlap.',
    guessed: 'Sights that were turned between sessions do not count: each session is about its own centre.',
    export: 'List as CSV', print: 'Print', dark: 'Dark', sun: 'Sun', again: 'Try again', lanes: 'Lanes',
    truncated: 'the newest {n} of {of} sessions', miss: 'miss', imported: 'imported', open: 'going on',
    readOut: '{date}: {value}', noChart: 'Not enough sessions for a trend yet.', csv: 'CSV', json: 'JSON',
  },
  de: {
    title: 'Verlauf', who: 'Schütze', everybody: 'Alle Schützen', target: 'Scheibe', all: 'Alle Scheiben', days30: '30 Tage',
    days365: '12 Monate', days0: 'Alles', sessions: 'Sitzungen', shots: 'Schüsse', average: 'Schnitt, in Zehnteln',
    inner: 'Innenzehner', best: 'Bestes aus {n}', scatter: 'Streuung (Sigma)', none: 'Hier wurde noch nichts geschossen.',
    noneYet: 'Sobald jemand schießt oder eine alte Datei eingelesen wird, steht es hier.', trend: 'Entwicklung',
    score: 'Schnitt pro Schuss, in Zehnteln', sigma: 'Streuung (Sigma), mm', mpi_x: 'Mitte der Gruppe links / rechts, mm',
    mpi_y: 'Mitte der Gruppe hoch / tief, mm',
    trendSays: 'Ein Punkt ist eine Sitzung, die Linie das Mittel von zehn, das Band eine Standardabweichung daneben.',
    daySays: 'Ein Punkt ist ein Tag von allen; für Mittel und Band einen Schützen wählen.',
    daySigma: 'Ein Punkt ist ein Tag von allen, das Band sein 95-%-Bereich.',
    date: 'Datum', total: 'Gesamt', group: 'Gruppe', centre: 'Mitte', gun: 'Waffe', compare: 'Vergleich',
    pick: 'Sitzung vom {date} vergleichen', file: 'Dateien', card: 'Karte', more: 'Weitere werden geladen…', round: 'Serie {n}',
    whole: 'Alle Schüsse', pickOne: 'Ein oder zwei Sitzungen in der Liste ankreuzen: Ihre Schüsse liegen dann hier auf einer Scheibe.',
    differs: 'Auf verschiedene Scheiben geschossen: Sie passen nicht auf eine.', heat: 'Wohin die Schüsse gehen',
    heatOne: 'Eine Scheibe wählen, um zu sehen, wohin die Schüsse gehen.', heatSays: '{n} Schüsse; das hellste Feld hat {most}.',
    heatNewest: 'Die neuesten {n} von {of} Schüssen; das hellste Feld hat {most}.',
    rings: 'Ringe', guns: 'Waffen im Vergleich', gunsOne: 'Einen Schützen wählen, dessen Sitzungen sagen, womit geschossen wurde.',
    notSaid: 'nicht gesagt', gunDiffers: '{a} schießt enger als {b}: Die 95-%-Bereiche überlappen nicht.',
    gunSame: 'Kein Unterschied, den die Schüsse zeigen können: Die 95-%-Bereiche überlappen.',
    guessed: 'Zwischendurch verstellte Visiere zählen nicht: Jede Sitzung gilt um ihre eigene Mitte.',
    export: 'Liste als CSV', print: 'Drucken', dark: 'Dunkel', sun: 'Sonne', again: 'Noch einmal', lanes: 'Bahnen',
    truncated: 'die neuesten {n} von {of} Sitzungen', miss: 'Fehler', imported: 'eingelesen', open: 'läuft noch',
    readOut: '{date}: {value}', noChart: 'Noch nicht genug Sitzungen für eine Entwicklung.', csv: 'CSV', json: 'JSON',
  },
};

/** The first language that the page speaks. @param {readonly (string | null)[]} wished */
export const languageOf = (wished) => wished.map((l) => (l ?? '').slice(0, 2).toLowerCase())
  .find((l) => l in WORDS) ?? 'en';

/**
 * What says words and figures in a language.
 *
 * @param {string} lang
 */
export function speech(lang) {
  const words = WORDS[lang];
  /** @type {Map<number, Intl.NumberFormat>} */
  const formats = new Map();
  const day = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { day: 'numeric', month: 'short', year: 'numeric' });
  /** @param {number | null | undefined} value @param {number} digits */
  const number = (value, digits) => {
    if (value === null || value === undefined || !Number.isFinite(value)) {
      return '–';
    }
    if (!formats.has(digits)) {
      formats.set(digits, new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    }
    return /** @type {Intl.NumberFormat} */ (formats.get(digits)).format(value);
  };
  return {
    lang, number,
    /** @param {string} name @param {Record<string, string | number>} [values] */
    say: (name, values = {}) => Object.entries(values).reduce((text, [k, v]) => text.replaceAll(`{${k}}`, () => String(v)),
      words[name] ?? name),
    /** @param {number} us */
    day: (us) => day.format(us / 1000),
    /** Sum of a session, in rings where the target counts these.
     * @param {any} row @param {any} face */
    total: (row, face) => (face?.count === 'integer' ? number(row.total_rings, 0) : number(row.total_tenths / 10, 1)),
  };
}
