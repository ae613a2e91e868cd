/*
 * German: the words of the shooter's page and of what all pages share, by their
 * English.
 */

/** @type {import('./tongue.js').Table} */
export const TABLE = {
  'Series and shots': 'Serien und Schüsse', Lane: 'Bahn', Menu: 'Menü', 'Check the camera': 'Kamera prüfen',
  'Another shooter': 'Weiterer Schütze', 'Was there a shot?': 'War da ein Schuss?', 'Speak scores': 'Werte ansagen',
  'Full screen': 'Vollbild', 'Keys and help': 'Tasten und Hilfe', 'Dark theme': 'Dunkel', 'Sun theme': 'Hell für Sonne',
  'For record': 'Wertung', Sighters: 'Probe', 'picture {0} old': 'Bild {0} alt', 'picture now': 'Bild jetzt',
  'There is no lane {0}': 'Eine Bahn {0} gibt es nicht', 'Choose another.': 'Bitte eine andere wählen.',
  'There is no lane yet': 'Es gibt noch keine Bahn', 'One is declared in the range file.': 'Sie wird in der Stand-Datei angelegt.',

  'Connection lost.': 'Verbindung verloren.', 'Trying again…': 'Neuer Versuch…', Dismiss: 'Ausblenden',
  'Last data {0} ago.': 'Letzte Daten vor {0}.', 'The lane is not running': 'Die Bahn läuft nicht',
  'Shots on the paper are kept and found again when it is back.': 'Schüsse auf dem Papier bleiben und werden gefunden, wenn sie wieder läuft.',
  '1 shot is not saved yet': '1 Schuss ist noch nicht gespeichert', '{0} shots are not saved yet': '{0} Schüsse sind noch nicht gespeichert',
  'Shown in grey, without a number; shoot on.': 'Grau gezeigt, ohne Nummer; ruhig weiterschießen.',
  'No answer': 'Keine Antwort', 'The lane cannot be reached. Is the network there?': 'Die Bahn ist nicht zu erreichen. Ist das Netz da?',
  'Something else than the lane answers ({0}). Try again in a moment.': 'Es antwortet etwas anderes als die Bahn ({0}). Gleich noch einmal versuchen.',

  'GMShoot does not answer just now': 'GMShoot antwortet gerade nicht', 'Nothing was changed that you do not see here. Try again in a moment.':
    'Es wurde nichts geändert, was hier nicht zu sehen ist. Gleich noch einmal versuchen.', 'The page is locked': 'Die Seite ist gesperrt', 'Unlock it first.': 'Erst entsperren.',
  'That did not work': 'Das ging nicht', 'This is needed.': 'Das muss sein.', 'Try again': 'Noch einmal', Sun: 'Hell', Dark: 'Dunkel', Camera: 'Kamera',
  unloaded: 'entladen', loaded: 'geladen', 'about to start': 'gleich Start', running: 'läuft', finished: 'beendet',

  'Opened without the range:': 'Ohne den Stand geöffnet:', 'This page is the one that was kept here, and may be old.':
    'Diese Seite lag noch auf diesem Gerät und ist vielleicht veraltet.', 'Open it anew': 'Neu öffnen',

  'Last shot': 'Letzter Schuss', Result: 'Ergebnis', Total: 'Gesamt', 'Inner tens': 'Innenzehner', Shots: 'Schuss',
  Average: 'Schnitt', Time: 'Zeit', Tenths: 'Zehntel', sighter: 'Probe', 'beside another hole': 'neben einem anderen Loch',
  'found afterwards': 'nachträglich gefunden', 'Shot {0} · {1} · {2} mm from centre{3}': 'Schuss {0} · {1} · {2} mm von der Mitte{3}',
  'Waiting for the lane…': 'Warten auf die Bahn…', 'No shot yet': 'Noch kein Schuss', 'Start a session, then shoot': 'Sitzung starten, dann schießen',
  Series: 'Serie', Sum: 'Ges.', 'Shots, newest first': 'Schüsse, der neueste zuerst', Shot: 'Schuss', Score: 'Wert', Where: 'Lage',
  'Shot {0} with its picture': 'Schuss {0} mit Bild', 'inner ten': 'Innenzehner',

  simulated: 'simuliert', 'Sighters: shots do not count': 'Probe: Schüsse zählen nicht', View: 'Ansicht', 'Zoom out': 'Verkleinern',
  Auto: 'Auto', 'Zoom in': 'Vergrößern', 'Series: this one alone': 'Serie: nur diese', Picture: 'Bild', Plot: 'Scheibe',
  'Paused: shots are not counted': 'Pause: Schüsse zählen nicht', 'Start session': 'Sitzung starten', Pause: 'Pause', Resume: 'Weiter',
  Paper: 'Papier', 'End session': 'Beenden', Target: 'Scheibe', 'Target with {0}{1}': 'Scheibe mit {0}{1}',

  '{0} o’clock': '{0} Uhr', centre: 'Mitte', 'zone {0},': 'Zone {0},', 'bull {0},': 'Spiegel {0},', 'by hand': 'von Hand',
  '1 shot': '1 Schuss', '{0} shots': '{0} Schuss', 'Shot {0}: {1}': 'Schuss {0}: {1}', miss: 'Fehler', 'too early': 'zu früh',
  'too late': 'zu spät', 'one too many': 'einer zu viel', '{0}, does not count': '{0}, zählt nicht', 'taken back': 'zurückgenommen',
  corrected: 'korrigiert', 'maybe two': 'vielleicht zwei', 'near a line': 'knapp an der Linie',

  'Connection lost': 'Verbindung verloren', 'Lane is down': 'Bahn gestört', 'Connecting…': 'Verbindung wird aufgebaut…',
  'Finding the target…': 'Scheibe wird gesucht…', Paused: 'Pause', 'Opening the camera…': 'Kamera wird geöffnet…', 'No picture': 'Kein Bild',
  'Recording has ended': 'Aufnahme ist zu Ende', 'Target not found yet': 'Scheibe noch nicht gefunden', 'Session ended': 'Sitzung beendet',
  Ready: 'Bereit', Live: 'Live', 'Looking at the paper…': 'Papier wird angesehen…',
  'Looking at the paper… wait with the next shot': 'Papier wird angesehen… mit dem nächsten Schuss warten', 'View disturbed': 'Sicht gestört',
  'Something is in the way. Shots count when the view is free': 'Etwas ist im Weg. Schüsse zählen, sobald die Sicht frei ist',
  'Camera moves': 'Kamera bewegt sich', 'The camera moves. Shots count when it stands still': 'Die Kamera bewegt sich. Schüsse zählen, sobald sie ruhig steht',
  'Target is turned away': 'Scheibe ist weggedreht', 'Paper is being changed': 'Papier wird gewechselt',
  'The paper is being changed. Nothing counts yet': 'Das Papier wird gewechselt. Noch zählt nichts', 'No paper': 'Kein Papier',
  'No paper hangs there': 'Es hängt kein Papier', 'Camera sees nothing': 'Kamera sieht nichts',
  'The camera sees nothing. Wait with the next shot': 'Die Kamera sieht nichts. Mit dem nächsten Schuss warten', 'Not watching': 'Schaut nicht zu',
  'Range is cold': 'Stand gesperrt', 'The range is cold. Nothing counts': 'Der Stand ist gesperrt. Nichts zählt',

  closer: 'näher heran', 'further away': 'weiter weg', 'zoom by itself': 'Zoom von selbst', 'camera picture or plot': 'Kamerabild oder Scheibe',
  'this series alone or all shots': 'nur diese Serie oder alle Schüsse', 'tenths or whole rings': 'Zehntel oder ganze Ringe',
  'start a session': 'Sitzung starten', 'pause and resume': 'Pause und weiter', 'end the session': 'Sitzung beenden',
  'the last shot with its picture': 'der letzte Schuss mit Bild', 'was there a shot?': 'war da ein Schuss?', 'new or pasted paper': 'neues oder geklebtes Papier',
  'check camera and target': 'Kamera und Scheibe prüfen', 'speak scores': 'Werte ansagen', 'dark or sun theme': 'dunkel oder hell für Sonne',
  'full screen': 'Vollbild', 'this list': 'diese Liste',
  'A dashed grey ring is a hole just seen; it becomes a shot as soon as it is sure. The last shot is white with a red outline. × marks an inner ten. One that is crossed out around its number was fired outside of the time of its course and does not count.':
    'Ein gestrichelter grauer Ring ist ein eben gesehenes Loch; es wird ein Schuss, sobald es sicher ist. Der letzte Schuss ist weiß mit rotem Rand. × steht für einen Innenzehner. Ein Schuss, der um seine Nummer durchgestrichen ist, fiel außerhalb der Zeit seines Programms und zählt nicht.',
  'Other pages:': 'Andere Seiten:', 'what was shot before': 'was früher geschossen wurde', 'score a photo': 'Foto auswerten',
  'the big screen': 'die große Anzeige', 'the range': 'der Stand', 'the API': 'die API', Close: 'Schließen',

  'Free practice': 'Freies Training', 'For this target': 'Für diese Scheibe', 'Other courses': 'Andere Programme', Courses: 'Programme',
  'any number of shots': 'beliebig viele Schüsse', 'in {0} s each': 'in je {0} s', 'in {0}': 'in {0}', '1 inner ten': '1 Innenzehner',
  '{0} inner tens': '{0} Innenzehner', 'Start a session': 'Sitzung starten', Name: 'Name', guest: 'Gast', Caliber: 'Kaliber',
  'Course of fire': 'Programm', 'Sighters first': 'Erst Probe', 'The camera looks for the target first.': 'Die Kamera sucht zuerst die Scheibe.',
  Start: 'Start', Cancel: 'Abbrechen', 'End the session?': 'Sitzung beenden?', 'No shot counts any more after this.': 'Danach zählt kein Schuss mehr.',
  'Go on shooting': 'Weiterschießen', Card: 'Karte', 'to print,': 'zum Drucken,', CSV: 'CSV', 'New session': 'Neue Sitzung',

  'What hangs there now is counted and photographed first. Say what you do when you go, or when you are back.':
    'Was jetzt dort hängt, wird zuerst gezählt und fotografiert. Sag beim Gehen oder nach der Rückkehr, was du tust.',
  'Shots that you fired at it, if you counted': 'Schüsse darauf, falls gezählt', 'New sheet': 'Neue Scheibe', 'Holes are pasted': 'Löcher sind geklebt',
  'The range is cold: people may be at the targets, nothing counts on any lane.':
    'Der Stand ist gesperrt: Vielleicht ist jemand an den Scheiben, auf keiner Bahn zählt etwas.',
  'Is somebody at the targets? While the range is cold nothing counts on any lane.':
    'Ist jemand an den Scheiben? Solange der Stand gesperrt ist, zählt auf keiner Bahn etwas.',
  'All are back: range is hot': 'Alle zurück: Stand frei', 'The lane looks at the paper anew.': 'Die Bahn sieht sich das Papier neu an.',
  'Look at shot {0} in the list of shots.': 'Bitte Schuss {0} in der Liste ansehen.',

  'What the camera saw and took for no shot, newest first.': 'Was die Kamera sah und nicht für einen Schuss hielt, das Neueste zuerst.',
  'Seen by the camera: {0}': 'Von der Kamera gesehen: {0}', 'My shot is not here': 'Mein Schuss ist nicht dabei', 'It counts now.': 'Er zählt jetzt.',
  'The pictures of the last minute are kept: the range officer can look at them.':
    'Die Bilder der letzten Minute sind gesichert: Der Schießleiter kann sie ansehen.',
  'Asking the lane…': 'Die Bahn wird gefragt…', 'Nothing: whatever looked like a hole became a shot.': 'Nichts: Was wie ein Loch aussah, wurde ein Schuss.',
  '{0}, {1}; it would have been {2}. A shot to {3} %.': '{0}, {1}; es wäre {2} gewesen. Zu {3} % ein Schuss.', 'It was a shot': 'Es war ein Schuss',
  'Before and after': 'Vorher und nachher', '‹ Older': '‹ Älter', 'Newer ›': 'Neuer ›', 'Shot {0}': 'Schuss {0}', '{0}, at {1}': '{0}, um {1}',
  'Before the shot, after it, and the hole as it was fitted': 'Vor dem Schuss, danach und das Loch, wie es gemessen wurde',
  'Before the shot, after it, and the hole as it was fitted.': 'Vor dem Schuss, danach und das Loch, wie es gemessen wurde.',
  'No picture of this shot was kept.': 'Von diesem Schuss wurde kein Bild aufgehoben.', 'It came as {0}': 'Zuerst {0}',
  'brought back': 'zurückgeholt', scored: 'gewertet', gauged: 'nachgemessen', moved: 'verschoben', ignored: 'übergangen', counted: 'gezählt',
  added: 'hinzugefügt', 'to {0}': 'auf {0}', '{0}{1} by {2}, {3}: {4}': '{0}{1} von {2}, {3}: {4}', 'scored by hand': 'von Hand gewertet',
  '{0}, {1} mm from the centre': '{0}, {1} mm von der Mitte', Official: 'Schießleiter', 'Correct it': 'Korrigieren', Why: 'Grund',
  'Bring it back': 'Zurückholen', 'Not a shot': 'Kein Schuss', 'Count it': 'Werten', Value: 'Wert', 'Score by hand': 'Von Hand werten',
  'The place is known to ±{0} mm; that it is a shot, to {1} %.': 'Die Lage ist auf ±{0} mm bekannt; ein Schuss ist es zu {1} %.',

  Join: 'Dazukommen', 'Let a phone join': 'Handy dazuholen', 'Join the session': 'In die Sitzung', 'Code on the lane’s tablet': 'Code auf dem Tablet der Bahn',
  'This device commands the session then, until it ends.': 'Dieses Gerät steuert dann die Sitzung, bis sie endet.', 'once, within ten minutes': 'einmal, binnen zehn Minuten',
  'Scan it, or type it on the page of this lane: that phone commands this session, until it ends.':
    'Scannen oder auf der Seite dieser Bahn eintippen: Das Handy steuert dann diese Sitzung, bis sie endet.',
  'You look on. Sessions are started on the lane’s tablet; with the code that it shows this device commands one.':
    'Du schaust zu. Sitzungen werden am Tablet der Bahn gestartet; mit dem Code, den es zeigt, steuert dieses Gerät eine.',
  'Join with a code': 'Mit Code dazukommen',

  'Check in the picture: every drawn line lies on its printed ring all around, the cross is in the centre, and no hand, stand or light spot covers the paper.':
    'Im Bild prüfen: Jede gezeichnete Linie liegt rundum auf ihrem gedruckten Ring, das Kreuz ist in der Mitte, und weder Hand noch Halter noch Lichtfleck verdeckt das Papier.',
  'Check in the picture: the whole card is in sight, sharp and evenly lit, nothing covers it, and it is the target that is chosen for this lane.':
    'Im Bild prüfen: Die ganze Scheibe ist zu sehen, scharf und gleichmäßig beleuchtet, nichts verdeckt sie, und es ist die für diese Bahn gewählte.',
  'Camera and target': 'Kamera und Scheibe', 'Is what is up in the picture the top of the target?': 'Ist oben im Bild auch oben auf der Scheibe?', Yes: 'Ja',
  'Find target': 'Scheibe suchen', Done: 'Fertig', 'Nothing was looked for yet.': 'Noch wurde nichts gesucht.', 'by itself': 'von selbst',
  'from a file': 'aus einer Datei', 'not known': 'nicht bekannt', 'Target found': 'Scheibe gefunden',
  'Target found, but the rings fit badly': 'Scheibe gefunden, aber die Ringe passen schlecht', 'Rings off by': 'Ringe weichen ab um',
  Resolution: 'Auflösung', Tilt: 'Neigung', 'Camera picture with rings and shots': 'Kamerabild mit Ringen und Schüssen',

  Now: 'Jetzt', How: 'Wie', 'Got it': 'Verstanden', Coach: 'Trainer', 'Show tips': 'Tipps zeigen', Mute: 'Stumm', '{0} more, muted': '{0} weitere, stumm',
  '{0} more': '{0} weitere', 'Who shoots': 'Wer schießt', 'Nobody yet': 'Noch niemand', '{0} without a session. Whose?': '{0} ohne Sitzung. Von wem?',
  'Your name': 'Dein Name', Mine: 'Meine', 'Nobody’s': 'Niemandem', 'Close what the coach shows': 'Schließen, was der Trainer zeigt',
  'The coach shows shot {0}': 'Der Trainer zeigt Schuss {0}', 'The coach shows': 'Der Trainer zeigt', 'Camera picture': 'Kamerabild',
  'This picture is not kept any more': 'Dieses Bild ist nicht mehr da',

  LOAD: 'LADEN', START: 'START', STOP: 'STOPP', UNLOAD: 'ENTLADEN', Unloaded: 'Entladen', 'to the next string': 'bis zur nächsten Serie', Wait: 'Warten',
  'this string': 'für diese Serie', Attention: 'Achtung', 'to go': 'bis zum Start', Fire: 'Feuer', left: 'übrig', Stop: 'Stopp', Finished: 'Beendet',
  'since START': 'seit START', 'target {0} of {1}': 'Scheibe {0} von {1}', 'No connection': 'Keine Verbindung', '{0}, sighters': '{0}, Probe',
  'string {0} of {1}': 'Durchgang {0} von {1}', 'series {0} of {1}': 'Serie {0} von {1}', '1 shot left': 'noch 1 Schuss', '{0} shots left': 'noch {0} Schuss',
  'no shots left': 'kein Schuss mehr',

  'Done when you say so': 'Fertig, wenn du es sagst', 'within {0}': 'binnen {0}', 'One shot of {0} or more': 'Ein Schuss mit {0} oder mehr',
  '{0} of {1} shots are {2} or more': '{0} von {1} Schuss mit {2} oder mehr',
  '{0} in a row are {1} or more, at most {2} shots': '{0} hintereinander mit {1} oder mehr, höchstens {2} Schuss',
  '{0} shots, {1} or more on average': '{0} Schuss, im Schnitt {1} oder mehr',
  '{0} shots, on average within {1} rings of their middle': '{0} Schuss, im Schnitt höchstens {1} Ringe von ihrer Mitte',
  '{0} shots, their middle within {1} rings of the centre': '{0} Schuss, ihre Mitte höchstens {1} Ringe vom Zentrum',
  '{0} shots, spread up and down at most {1} rings': '{0} Schuss, Höhenstreuung höchstens {1} Ringe',
  '{0} shots, spread left and right at most {1} rings': '{0} Schuss, Seitenstreuung höchstens {1} Ringe',
  '{0} of {1} pairs within {2} rings': '{0} von {1} Paaren höchstens {2} Ringe auseinander', '{0} of {1} pauses {2}': '{0} von {1} Pausen {2}',
  'from {0} to {1}': 'von {0} bis {1}', 'of at most {0}': 'von höchstens {0}', 'of at least {0}': 'von mindestens {0}',
  '{0} shots, pauses that differ by at most {1} %': '{0} Schuss, Pausen auf höchstens {1} % gleich', 'No shot for {0}': '{0} lang kein Schuss',
  rings: 'Ringe', '{0}{1} so far': 'bisher {0}{1}', 'shot {0} of {1}': 'Schuss {0} von {1}', '{0} of {1} hits': '{0} von {1} Treffern', '{0} left': 'noch {0}',
  'when the round is over': 'wenn die Serie vorbei ist', 'being done': 'läuft', passed: 'geschafft', 'not this time': 'diesmal nicht', stopped: 'abgebrochen',
  note: 'Notiz', 'held until the round is over': 'zurückgehalten bis zum Ende der Serie', seen: 'gesehen', 'not seen yet': 'noch nicht gesehen',

  'The protest is sent.': 'Der Protest ist eingereicht.', 'Withdraw the protest': 'Protest zurückziehen', Protest: 'Protest',
  '“{0}”, {1}: the range officer looks at the shot and its picture. It counts as it is until then.':
    '„{0}“, {1}: Die Standaufsicht sieht sich Schuss und Bild an. Bis dahin zählt er, wie er ist.',
  'What is wrong': 'Was nicht stimmt', 'The value': 'Der Wert', 'It is not mine': 'Er ist nicht von mir',
  'It is two shots': 'Es sind zwei Schüsse', 'It is no shot': 'Es ist kein Schuss', 'In your words': 'In eigenen Worten',
  'Send it to the officer': 'An die Standaufsicht senden', 'by {0}: {1}': 'von {0}: {1}',
  'The protest was upheld': 'Dem Protest wurde stattgegeben', 'The protest was denied': 'Der Protest wurde abgelehnt',
  'A shot is missing': 'Ein Schuss fehlt', 'The range officer has it.': 'Es liegt bei der Standaufsicht.',
  Upheld: 'Stattgegeben', Denied: 'Abgelehnt',

  'Hold for a second': 'Eine Sekunde halten', Undo: 'Zurück', Undone: 'Zurückgenommen',
  'Session started': 'Sitzung gestartet', 'Shot {0} taken back': 'Schuss {0} zurückgenommen', 'a mistake': 'ein Versehen',

  'What is shown': 'Was gezeigt wird', 'what is shown, and when': 'was gezeigt wird, und wann', 'All, older ones as outlines': 'Alle, ältere als Umriss',
  'This series alone': 'Nur diese Serie', 'Series {0}': 'Serie {0}', 'Beside it': 'Daneben', 'No other': 'Keine andere', 'At once': 'Sofort',
  'Holes that do not count': 'Löcher, die nicht zählen', '1 hole is not counted': '1 Loch zählt nicht', '{0} holes are not counted': '{0} Löcher zählen nicht',
  'They were in the paper when the session began. Who fired one in this session can have it counted: that is a correction, with its reason.':
    'Sie waren im Papier, als die Sitzung begann. Wer eines in dieser Sitzung geschossen hat, kann es zählen lassen: als Korrektur, mit Grund.',
  'It was fired in this session': 'In dieser Sitzung geschossen', 'The hole counts as shot {0}': 'Das Loch zählt als Schuss {0}',
  'When I have called the shot': 'Wenn ich den Schuss angesagt habe', 'Target; the last shot is not shown yet': 'Scheibe; der letzte Schuss ist noch verdeckt',
  'Call of shot {0}: arrow keys, then Enter': 'Ansage von Schuss {0}: Pfeiltasten, dann Enter', 'Where did shot {0} go?': 'Wohin ging Schuss {0}?',
  'Tap there, or arrow keys and Enter.': 'Dort tippen, oder Pfeiltasten und Enter.', 'I do not know': 'Weiß ich nicht',
  'Shot {0} is where you called it': 'Schuss {0} ist dort, wo du ihn angesagt hast',
  'Shot {0} is {1} mm from your call, {2}': 'Schuss {0} ist {1} mm neben deiner Ansage, {2}', Calls: 'Ansagen', '{0} · {1} mm off on average{2}; {3}': '{0} · im Mittel {1} mm daneben{2}; {3}',
  ', the last five {0} mm': ', die letzten fünf {0} mm', 'shots lie around them': 'die Schüsse liegen rundum', 'shots lie {0} mm off, {1}': 'die Schüsse liegen {0} mm daneben, {1}',
  '{0} s after the shot': '{0} s nach dem Schuss', 'When I ask for it': 'Wenn ich danach frage', Show: 'Zeigen', 'Follow through…': 'Nachhalten …',
  'For training: look on over the sights until the score comes. The next session begins as usual.':
    'Zum Üben: im Ziel bleiben, bis der Wert kommt. Die nächste Sitzung beginnt wie immer.',
  'in the middle as far as {0} shots tell': 'in der Mitte, soweit {0} Schuss das sagen', '{0} mm off, {1}': '{0} mm daneben, {1}',
  'Centre (MPI) {0}; {1}mean radius {2} mm, deviation {3} across, {4} up':
    'Treffpunkt {0}; {1}mittlerer Radius {2} mm, Abweichung {3} quer, {4} hoch', 'widest {0} mm,': 'größter Abstand {0} mm,',
};
