/*
 * The words of the page that scores a photograph, in every language that it
 * speaks.
 */

/** @type {Record<string, Record<string, string>>} */
export const WORDS = {
  en: {
    title: 'Score a photo', target: 'Target', caliber: 'Caliber, mm', choose: 'Choose a photo',
    drop: 'Take a photo of the target, or drop one here', how: 'All of the rings in the picture, straight from the front, in even light. It is not kept.',
    turn: 'Turn', other: 'Another photo', finding: 'Looking for the target…', nothing: 'That is no picture that this browser can open.',
    tap: 'Tap each hole. Drag a mark to move it; the arrow keys move the chosen one.', total: 'Total', inner: 'Inner', shots: 'Shots',
    undo: 'Undo', remove: 'Remove the chosen one', print: 'Print the card', csv: 'CSV', centre: 'Centre',
    spread: 'Extreme spread', radius: 'Mean radius', found: 'Found: the rings lie within {mm} mm, tilt {deg}°.',
    larger: 'Larger', smaller: 'Smaller', dark: 'Dark', sun: 'Sun', lanes: 'Lanes', shot: 'Shot {n}: {value}', miss: 'miss',
    picture: 'The photograph, with the rings that were found', card: 'The target with its shots',
    lost: 'Not scored just now. Trying again…',
  },
  de: {
    title: 'Foto auswerten', target: 'Scheibe', caliber: 'Kaliber, mm', choose: 'Foto wählen',
    drop: 'Die Scheibe fotografieren oder ein Foto hierher ziehen', how: 'Alle Ringe im Bild, gerade von vorn, bei gleichmäßigem Licht. Es wird nicht aufgehoben.',
    turn: 'Drehen', other: 'Anderes Foto', finding: 'Die Scheibe wird gesucht…', nothing: 'Dieses Bild kann der Browser nicht öffnen.',
    tap: 'Jedes Loch antippen. Ziehen verschiebt eine Marke, die Pfeiltasten die gewählte.', total: 'Gesamt', inner: 'Innenzehner', shots: 'Schüsse',
    undo: 'Zurück', remove: 'Gewählte entfernen', print: 'Karte drucken', csv: 'CSV', centre: 'Mitte',
    spread: 'Größter Abstand', radius: 'Mittlerer Radius', found: 'Gefunden: Die Ringe liegen auf {mm} mm genau, Neigung {deg}°.',
    larger: 'Größer', smaller: 'Kleiner', dark: 'Dunkel', sun: 'Sonne', lanes: 'Bahnen', shot: 'Schuss {n}: {value}', miss: 'Fehler',
    picture: 'Das Foto mit den gefundenen Ringen', card: 'Die Scheibe mit ihren Schüssen',
    lost: 'Gerade nicht ausgewertet. Noch ein Versuch…',
  },
};
