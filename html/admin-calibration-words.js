/*
 * The words of the range's page about calibration and camera, in every
 * language that it speaks.
 */

/** @type {Record<string, Record<string, string>>} */
export const WORDS = {
  en: {
    lane: 'Lane', picture: 'Camera picture with the rings of the target as they were found', larger: 'Larger', smaller: 'Smaller',
    whole: 'Whole picture', freeze: 'Hold the picture', waiting: 'Waiting for a picture…', noPicture: 'No picture: {why}', top: 'Top',
    points: 'Points to be moved: arrows move by 0.1 px, with Shift by 1 px',
    centre: 'Centre', point: 'Point {n} on {line}', at: '{name}, at {x}, {y} px', off: 'off by {mm} mm', hole: 'Mark of the test shot',

    open: 'A session is open on this lane: only what is up can be confirmed, and holes be tried. End the session to calibrate.',
    byHand: 'On this target a person gauges the shots: it needs no calibration.',

    target: 'Target', found: 'Target found', foundBadly: 'Target found, but the rings fit badly', missing: 'Target not found yet',
    lookedFor: 'The target is looked for…', 'by-auto': 'by itself', 'by-hand': 'by hand', 'by-file': 'from a file',
    residual: 'Rings off by', scale: 'Resolution', tilt: 'Tilt', drift: 'Moved since', mm: '{n} mm', pxmm: '{n} px/mm', deg: '{n}°', unknown: 'not known',
    find: 'Find target', finding: 'Looking for the target: {s} s. It may take ten.', findDone: 'Found. Check that each line lies on its printed ring.',
    checkFound: 'Every drawn line lies on its printed ring all around, the cross is in the centre, and no hand, stand or light spot covers the paper?',
    checkMissing: 'Is the whole card in sight, sharp and evenly lit, with nothing before it, and is it the target that is chosen for this lane?',

    upright: 'Which side is up?', ask: 'Is what is up in the picture the top of the target?',
    confirmed: 'Somebody has confirmed which side is up, or the configuration says it.', notConfirmed: 'Nobody has confirmed it yet: values count, directions do not.',
    proposal: 'The printed numbers say: turned by {deg}°{mirror}. {sure} % sure.', andMirrored: ', mirrored', showSo: 'Show it so',
    turn: 'Turn by a quarter', mirror: 'Mirror', yes: 'Yes, this is the top', turnedOnly: 'The picture is turned for looking only, until you say that this is the top.',
    uprightDone: 'Confirmed.',

    hand: 'By hand', handSays: 'Drag the points to their line in the picture, with the centre in the middle of the ten.',
    place: 'Place points', line: 'Points on', together: 'Move all together', ring: 'ring {n}', black: 'the aiming mark', noLines: 'This target has no rings that points could be put on.',
    live: 'As the points lie', save: 'Save', discard: 'Discard', saved: 'Saved. The lane goes by it now.', worst: 'Farthest off: {name}, {mm} mm.',
    changed: 'Somebody else has changed the calibration meanwhile. Your points are still here; save again to put them in its place.',

    test: 'Test shot', testSays: 'Fire one shot, or take a hole that is there: tap it in the picture, and read its place and value.',
    tap: 'Tap a hole', tapOn: 'Tap the hole in the picture', mark: 'Mark in the middle', away: 'Take the mark away', byDraft: 'By the points as they lie, not saved yet.',
    result: '{score}, {place}', inner: ', inner ten', right: '{n} mm right', left: '{n} mm left', high: '{n} mm high', low: '{n} mm low', middle: 'in the centre',
    known: 'Is its place known?', x_mm: 'Right of the centre, mm', y_mm: 'Above the centre, mm', hintLeft: 'Left is negative', hintLow: 'Below is negative',
    compare: 'Compare', error: 'The calibration is {mm} mm off: {place}.', number: 'A number of millimetres, such as 12.5',

    scene: 'Scene', 'grade-good': 'Good: nothing stands in the way', 'grade-fair': 'Fair: holes are found, but later or less exactly',
    'grade-poor': 'Poor: holes may be missed', 'grade-unknown': 'Not looked at for long enough yet', 'grade-none': 'Nothing to say: the target was not found',
    'advice-none': 'The target is not found:', 'advice-dark': 'It is dark: more light on the target, or a longer exposure.',
    'advice-glare': 'The paper is white with light: shorten the exposure, or take light away.', 'advice-hidden': 'Something covers part of the black: take it away, or turn the camera.',
    'advice-face': 'Another target hangs there: choose the one that does.', 'advice-far': 'The target is small in the picture: zoom in, or bring the camera nearer.',
    'advice-small-hole': 'Holes are small in the picture: zoom in, come nearer, or choose a larger picture.', 'advice-blur': 'The picture is not sharp: focus on the target, then lock the focus.',
    'advice-night': 'Paper and print look alike, as at night with infra-red: switch night mode off, and light the target.',
    'advice-dirt': 'The picture is veiled: clean the lens, or the window before it.', 'advice-tilt': 'The camera looks from far aside: bring it nearer to the line of fire.',
    'advice-exposure': 'The light swings, as an automatic exposure makes it: set exposure and gain by hand.', 'advice-flicker': 'The light flickers: tell the camera the frequency of the mains, 50 or 60 Hz.',
    'advice-codec': 'The picture is compressed too much: 4 Mbit/s or more, constant bit rate, or Motion JPEG.', 'advice-backer': 'Behind the target it is dark: put a light card there.',

    history: 'Calibrations so far', undo: 'Back to the one before', undone: 'The one before is in force again.', now: 'in force', none: 'None yet.',
    turned: 'turned by hand', undoneWhy: 'brought back', entry: '{when}, {by}',

    camera: 'Camera', 'type-simulate': 'A drawn camera', gives: 'It gives {width} × {height}, {fps} pictures a second.', asked: 'Asked for: {asked}.', got: 'Got: {got}.',
    noControls: 'Nothing of this camera can be set from here.', again: 'Read again', set: 'Set', nothing: 'Nothing was changed in the fields.',
    took: 'The camera took it.', tookOther: 'The camera took something else.', askedGot: '{name}: asked for {asked}, got {got}', range: '{min} to {max}, in steps of {step}; at first {default}',
    'range-1': '{min} to {max}; at first {default}', atFirst: 'At first: {value}', on: 'on', offWord: 'off', readOnly: 'The camera says this, and takes nothing.', automatic: 'The camera’s automatic rules this now; setting it switches that off.',
    whole_number: 'A whole number, please.', presets: 'Views of a camera that pans and zooms', preset: 'View (preset)', presetHint: 'A number from 0 to 9999, as stored in the camera',
    go: 'Go there', at_preset: 'It was sent to view {n}.', presetGone: 'It is on its way to view {n}.', calibrated: 'View {n}, calibrated', noPresets: 'No view has a calibration yet.',

    'problem-session-open': 'A session is open on this lane: end it first.', 'problem-calibrating': 'The target is being looked for already.',
    'problem-not-calibrated': 'The target was not found.', 'problem-nothing-to-undo': 'There is no earlier calibration.',
    'problem-calibration-changed': 'Somebody else has changed the calibration meanwhile.', 'problem-camera-lost': 'No picture from the camera.',
    'problem-camera-refused': 'The camera did not take that.', 'problem-camera-without-controls': 'This camera cannot be set from here.',
    'problem-store-failing': 'This cannot be stored: the disk may be full.', 'problem-invalid-field': 'This cannot be.', 'problem-not-allowed': 'This device may not do that.',
    'problem-lane-down': 'The lane is starting again.', 'problem-lane-unknown': 'There is no such lane.', 'problem-deadline': 'The lane did not answer in time.',
    'problem-picture-missing': 'There is no picture yet.', 'problem-lane-offline': 'The lane is not ready yet.', 'problem-busy': 'The lane is busy. Try again.',

    'control-auto_exposure': 'Exposure: who sets it', 'control-exposure_auto': 'Exposure: who sets it', 'control-exposure_time_absolute': 'Exposure time',
    'control-exposure_absolute': 'Exposure time', 'control-exposure_dynamic_framerate': 'Fewer pictures in the dark', 'control-exposure_auto_priority': 'Fewer pictures in the dark',
    'control-gain': 'Gain', 'control-focus_absolute': 'Focus', 'control-focus_automatic_continuous': 'Automatic focus', 'control-focus_auto': 'Automatic focus',
    'control-white_balance_automatic': 'Automatic white balance', 'control-white_balance_temperature_auto': 'Automatic white balance',
    'control-white_balance_temperature': 'White balance', 'control-power_line_frequency': 'Frequency of the mains', 'control-backlight_compensation': 'Backlight compensation',
    'control-brightness': 'Brightness', 'control-contrast': 'Contrast', 'control-saturation': 'Saturation', 'control-hue': 'Hue', 'control-gamma': 'Gamma',
    'control-sharpness': 'Sharpness', 'control-zoom_absolute': 'Zoom', 'control-pan_absolute': 'Pan', 'control-tilt_absolute': 'Tilt of the camera',
  },
  de: {
    lane: 'Bahn', picture: 'Kamerabild mit den Ringen der Scheibe, wie sie gefunden wurden', larger: 'Größer', smaller: 'Kleiner',
    whole: 'Ganzes Bild', freeze: 'Bild anhalten', waiting: 'Auf ein Bild wird gewartet…', noPicture: 'Kein Bild: {why}', top: 'Oben',
    points: 'Punkte zum Verschieben: Pfeiltasten um 0,1 px, mit Umschalttaste um 1 px',
    centre: 'Mitte', point: 'Punkt {n} auf {line}', at: '{name}, bei {x}, {y} px', off: '{mm} mm daneben', hole: 'Marke des Probeschusses',

    open: 'Auf dieser Bahn läuft eine Sitzung: Nur was oben ist, kann bestätigt, und Löcher können geprüft werden. Zum Kalibrieren die Sitzung beenden.',
    byHand: 'Auf dieser Scheibe wertet ein Mensch die Schüsse: Sie braucht keine Kalibrierung.',

    target: 'Scheibe', found: 'Scheibe gefunden', foundBadly: 'Scheibe gefunden, aber die Ringe passen schlecht', missing: 'Scheibe noch nicht gefunden',
    lookedFor: 'Die Scheibe wird gesucht…', 'by-auto': 'von selbst', 'by-hand': 'von Hand', 'by-file': 'aus einer Datei',
    residual: 'Ringe daneben um', scale: 'Auflösung', tilt: 'Neigung', drift: 'Verschoben seither', mm: '{n} mm', pxmm: '{n} px/mm', deg: '{n}°', unknown: 'nicht bekannt',
    find: 'Scheibe suchen', finding: 'Die Scheibe wird gesucht: {s} s. Es kann zehn dauern.', findDone: 'Gefunden. Bitte prüfen, ob jede Linie auf ihrem gedruckten Ring liegt.',
    checkFound: 'Liegt jede Linie ringsum auf ihrem gedruckten Ring, das Kreuz in der Mitte, und verdeckt keine Hand, kein Ständer, kein Lichtfleck das Papier?',
    checkMissing: 'Ist die ganze Scheibe zu sehen, scharf und gleichmäßig beleuchtet, nichts davor, und ist es die Scheibe, die für diese Bahn gewählt ist?',

    upright: 'Wo ist oben?', ask: 'Ist das, was im Bild oben ist, die Oberkante der Scheibe?',
    confirmed: 'Jemand hat bestätigt, wo oben ist, oder die Konfiguration sagt es.', notConfirmed: 'Das hat noch niemand bestätigt: Werte gelten, Richtungen nicht.',
    proposal: 'Die gedruckten Zahlen sagen: um {deg}° gedreht{mirror}. Zu {sure} % sicher.', andMirrored: ', gespiegelt', showSo: 'So zeigen',
    turn: 'Um ein Viertel drehen', mirror: 'Spiegeln', yes: 'Ja, das ist oben', turnedOnly: 'Das Bild ist nur zum Ansehen gedreht, bis bestätigt ist, dass dies oben ist.',
    uprightDone: 'Bestätigt.',

    hand: 'Von Hand', handSays: 'Die Punkte im Bild auf ihre Linie ziehen, die Mitte in die Mitte der Zehn.',
    place: 'Punkte setzen', line: 'Punkte auf', together: 'Alle zusammen bewegen', ring: 'Ring {n}', black: 'dem Spiegel', noLines: 'Diese Scheibe hat keine Ringe, auf die sich Punkte setzen ließen.',
    live: 'So wie die Punkte liegen', save: 'Speichern', discard: 'Verwerfen', saved: 'Gespeichert. Die Bahn richtet sich jetzt danach.', worst: 'Am weitesten daneben: {name}, {mm} mm.',
    changed: 'Jemand anders hat inzwischen die Kalibrierung geändert. Die Punkte sind noch da; noch einmal speichern setzt sie an ihre Stelle.',

    test: 'Probeschuss', testSays: 'Einen Schuss abgeben oder ein vorhandenes Loch nehmen: im Bild antippen, dann Ort und Wert lesen.',
    tap: 'Loch antippen', tapOn: 'Das Loch im Bild antippen', mark: 'Marke in die Mitte', away: 'Marke wegnehmen', byDraft: 'Nach den Punkten, wie sie liegen; noch nicht gespeichert.',
    result: '{score}, {place}', inner: ', Innenzehner', right: '{n} mm rechts', left: '{n} mm links', high: '{n} mm hoch', low: '{n} mm tief', middle: 'in der Mitte',
    known: 'Ist sein Ort bekannt?', x_mm: 'Rechts der Mitte, mm', y_mm: 'Über der Mitte, mm', hintLeft: 'Links ist negativ', hintLow: 'Darunter ist negativ',
    compare: 'Vergleichen', error: 'Die Kalibrierung liegt {mm} mm daneben: {place}.', number: 'Eine Zahl in Millimetern, etwa 12,5',

    scene: 'Bild', 'grade-good': 'Gut: nichts steht im Weg', 'grade-fair': 'Mittel: Löcher werden gefunden, aber später oder weniger genau',
    'grade-poor': 'Schlecht: Löcher könnten übersehen werden', 'grade-unknown': 'Noch nicht lange genug angesehen', 'grade-none': 'Nichts zu sagen: Die Scheibe wurde nicht gefunden',
    'advice-none': 'Die Scheibe wird nicht gefunden:', 'advice-dark': 'Es ist dunkel: mehr Licht auf die Scheibe oder länger belichten.',
    'advice-glare': 'Das Papier ist überstrahlt: kürzer belichten oder Licht wegnehmen.', 'advice-hidden': 'Etwas verdeckt einen Teil des Spiegels: wegnehmen oder die Kamera drehen.',
    'advice-face': 'Dort hängt eine andere Scheibe: die wählen, die hängt.', 'advice-far': 'Die Scheibe ist klein im Bild: heranzoomen oder die Kamera näher stellen.',
    'advice-small-hole': 'Löcher sind klein im Bild: heranzoomen, näher stellen oder ein größeres Bild wählen.', 'advice-blur': 'Das Bild ist unscharf: auf die Scheibe scharf stellen, dann den Fokus festhalten.',
    'advice-night': 'Papier und Druck sehen gleich aus, wie nachts bei Infrarot: Nachtmodus ausschalten und die Scheibe beleuchten.',
    'advice-dirt': 'Das Bild ist verschleiert: die Linse oder die Scheibe davor putzen.', 'advice-tilt': 'Die Kamera schaut weit von der Seite: näher an die Schussbahn stellen.',
    'advice-exposure': 'Das Licht schwankt, wie eine Belichtungsautomatik es tut: Belichtung und Verstärkung von Hand einstellen.', 'advice-flicker': 'Das Licht flackert: der Kamera die Netzfrequenz sagen, 50 oder 60 Hz.',
    'advice-codec': 'Das Bild ist zu stark komprimiert: 4 Mbit/s oder mehr, gleichbleibende Bitrate, oder Motion-JPEG.', 'advice-backer': 'Hinter der Scheibe ist es dunkel: einen hellen Karton dahinter.',

    history: 'Kalibrierungen bisher', undo: 'Zurück zur vorigen', undone: 'Die vorige gilt wieder.', now: 'gilt', none: 'Noch keine.',
    turned: 'von Hand gedreht', undoneWhy: 'zurückgeholt', entry: '{when}, {by}',

    camera: 'Kamera', 'type-simulate': 'Eine gezeichnete Kamera', gives: 'Sie liefert {width} × {height}, {fps} Bilder pro Sekunde.', asked: 'Gewünscht: {asked}.', got: 'Bekommen: {got}.',
    noControls: 'An dieser Kamera lässt sich von hier aus nichts einstellen.', again: 'Neu lesen', set: 'Einstellen', nothing: 'In den Feldern wurde nichts geändert.',
    took: 'Die Kamera hat es übernommen.', tookOther: 'Die Kamera hat etwas anderes genommen.', askedGot: '{name}: gewünscht {asked}, bekommen {got}', range: '{min} bis {max}, in Schritten von {step}; anfangs {default}',
    'range-1': '{min} bis {max}; anfangs {default}', atFirst: 'Anfangs: {value}', on: 'an', offWord: 'aus', readOnly: 'Das sagt die Kamera, sie nimmt nichts an.', automatic: 'Das regelt gerade die Automatik der Kamera; ein Wert schaltet sie ab.',
    whole_number: 'Bitte eine ganze Zahl.', presets: 'Ansichten einer Kamera, die schwenkt und zoomt', preset: 'Ansicht (Preset)', presetHint: 'Eine Zahl von 0 bis 9999, wie in der Kamera gespeichert',
    go: 'Dorthin', at_preset: 'Sie wurde zu Ansicht {n} geschickt.', presetGone: 'Sie ist auf dem Weg zu Ansicht {n}.', calibrated: 'Ansicht {n}, kalibriert', noPresets: 'Noch keine Ansicht hat eine Kalibrierung.',

    'problem-session-open': 'Auf dieser Bahn läuft eine Sitzung: zuerst beenden.', 'problem-calibrating': 'Die Scheibe wird schon gesucht.',
    'problem-not-calibrated': 'Die Scheibe wurde nicht gefunden.', 'problem-nothing-to-undo': 'Es gibt keine frühere Kalibrierung.',
    'problem-calibration-changed': 'Jemand anders hat inzwischen die Kalibrierung geändert.', 'problem-camera-lost': 'Kein Bild von der Kamera.',
    'problem-camera-refused': 'Die Kamera hat das nicht angenommen.', 'problem-camera-without-controls': 'Diese Kamera lässt sich von hier aus nicht einstellen.',
    'problem-store-failing': 'Das lässt sich nicht speichern: Der Datenträger ist vielleicht voll.', 'problem-invalid-field': 'Das geht nicht.', 'problem-not-allowed': 'Dieses Gerät darf das nicht.',
    'problem-lane-down': 'Die Bahn startet gerade neu.', 'problem-lane-unknown': 'Diese Bahn gibt es nicht.', 'problem-deadline': 'Die Bahn hat nicht rechtzeitig geantwortet.',
    'problem-picture-missing': 'Es gibt noch kein Bild.', 'problem-lane-offline': 'Die Bahn ist noch nicht bereit.', 'problem-busy': 'Die Bahn ist beschäftigt. Noch einmal versuchen.',

    'control-auto_exposure': 'Belichtung: wer sie einstellt', 'control-exposure_auto': 'Belichtung: wer sie einstellt', 'control-exposure_time_absolute': 'Belichtungszeit',
    'control-exposure_absolute': 'Belichtungszeit', 'control-exposure_dynamic_framerate': 'Weniger Bilder im Dunkeln', 'control-exposure_auto_priority': 'Weniger Bilder im Dunkeln',
    'control-gain': 'Verstärkung', 'control-focus_absolute': 'Fokus', 'control-focus_automatic_continuous': 'Autofokus', 'control-focus_auto': 'Autofokus',
    'control-white_balance_automatic': 'Automatischer Weißabgleich', 'control-white_balance_temperature_auto': 'Automatischer Weißabgleich',
    'control-white_balance_temperature': 'Weißabgleich', 'control-power_line_frequency': 'Netzfrequenz', 'control-backlight_compensation': 'Gegenlichtausgleich',
    'control-brightness': 'Helligkeit', 'control-contrast': 'Kontrast', 'control-saturation': 'Sättigung', 'control-hue': 'Farbton', 'control-gamma': 'Gamma',
    'control-sharpness': 'Schärfe', 'control-zoom_absolute': 'Zoom', 'control-pan_absolute': 'Schwenk', 'control-tilt_absolute': 'Neigung der Kamera',
  },
};
