/*
 * German: what lanes say in English, by their English with the numbers out of it:
 * troubles, what to do about them, and why something was refused.
 */

/** @type {import('./tongue.js').Table} */
export const TABLE = {
  'The range is cold': 'Der Stand ist gesperrt', 'nothing is recorded until the range is hot again': 'nichts wird aufgezeichnet, bis der Stand wieder frei ist',
  'no camera looks for shots on "{0}": they are added by hand': 'auf „{0}“ sucht keine Kamera nach Schüssen: sie werden von Hand eingetragen',
  'the reserve of {0} MB in {1} is used up, or there is no room for it: free some on that disk; until then shots are recorded, but their pictures are not kept':
    'die Reserve von {0} MB in {1} ist verbraucht, oder es ist kein Platz für sie: auf dieser Platte Platz schaffen; bis dahin werden Schüsse aufgezeichnet, aber keine Bilder davon aufgehoben',
  'the printed digits look as if the picture needs rotate={0} mirror={1}: turn it so, or confirm it as it is; values count already, directions do not':
    'die gedruckten Ziffern sehen aus, als brauche das Bild rotate={0} mirror={1}: so drehen oder bestätigen, wie es ist; Werte zählen schon, Richtungen nicht',
  'the camera was away or turned, and the target is not within {0} mm of where its calibration says ({1} mm): no shot counts until it is, or is calibrated again':
    'die Kamera war weg oder gedreht, und die Scheibe liegt nicht auf {0} mm dort, wo sie sein soll ({1} mm): kein Schuss zählt, bis sie es tut oder neu gesucht wurde',
  'No paper is found there': 'Dort hängt kein Papier', 'The camera sees nothing': 'Die Kamera sieht nichts', 'The camera moves': 'Die Kamera bewegt sich',
  'Is this the top?': 'Ist das oben?',
  'rings look the same from all sides: look at the picture and confirm that it is upright, or turn it; values count already, directions do not':
    'Ringe sehen von allen Seiten gleich aus: das Bild ansehen und bestätigen, dass es aufrecht steht, oder es drehen; Werte zählen schon, Richtungen nicht',
  'The disk is nearly full': 'Die Platte ist fast voll', 'Scored by hand': 'Von Hand gewertet', 'The target was not found': 'Die Scheibe wurde nicht gefunden',
  'No picture from the camera': 'Kein Bild von der Kamera', 'No new picture from the camera': 'Kein neues Bild von der Kamera', 'The recording has ended': 'Die Aufnahme ist zu Ende',
  'The camera has trouble': 'Die Kamera hat eine Störung',
  'pictures arrive that are cut off or damaged and cannot be decoded: check the camera\'s cable or network, or the recording':
    'es kommen abgeschnittene oder beschädigte Bilder an: Kabel oder Netz der Kamera prüfen, oder die Aufnahme',
  'The camera was zoomed or turned': 'Die Kamera wurde gezoomt oder gedreht', 'no shot is looked for until the picture stands still': 'gesucht wird erst, wenn das Bild ruhig steht',
  'where the target is now is checked': 'wo die Scheibe jetzt ist, wird geprüft', 'Shots cannot be looked for': 'Schüsse können nicht gesucht werden',
  'Pictures of shots are not kept': 'Bilder der Schüsse werden nicht aufgehoben',
  'Shots cannot be stored; they are kept and tried again': 'Schüsse können nicht gespeichert werden; sie bleiben und es wird neu versucht', 'Shots were lost': 'Schüsse sind verloren',
  'too many shots waited for the disk; see the store\'s trouble': 'zu viele Schüsse warteten auf die Platte; siehe deren Störung',
  'A new configuration waits for the session\'s end': 'Eine neue Konfiguration wartet auf das Ende der Sitzung', 'end the session to let it take effect': 'die Sitzung beenden, damit sie gilt',
  'The camera is on its way to another zoom: waits until the picture stands still.': 'Die Kamera zoomt: wartet, bis das Bild ruhig steht.',
  'The lane was not running': 'Die Bahn lief nicht',
  'its process ended and is started again by itself; what was shot meanwhile is on the paper and found again':
    'ihr Prozess endete und startet von selbst neu; was inzwischen geschossen wurde, ist auf dem Papier und wird gefunden',
  'the camera is being opened': 'die Kamera wird geöffnet', 'the camera gives the same picture again and again, or none, since it last gave another: it is opened anew; restart it if that does not help':
    'die Kamera liefert immer dasselbe Bild oder keines: sie wird neu geöffnet; hilft das nicht, sie neu starten',
  'the picture is black: is the lens covered, or the light off?': 'das Bild ist schwarz: Objektiv verdeckt oder Licht aus?',
  'no picture has come from the phone or laptop for {0} s: is its page still open, its screen on, its network there?':
    'seit {0} s kein Bild vom Handy oder Notebook: Ist seine Seite noch offen, der Bildschirm an, das Netz da?',

  'The paper is dark (level {0} of {1}): more light on the target, or a longer exposure.': 'Das Papier ist dunkel (Wert {0} von {1}): mehr Licht auf die Scheibe oder länger belichten.',
  '{0} % of the paper is overexposed: shorten the exposure or take light away, until white paper is light gray in the picture.':
    '{0} % des Papiers sind überbelichtet: kürzer belichten oder Licht wegnehmen, bis weißes Papier im Bild hellgrau ist.',
  'Ink and paper look alike (contrast {0} %), as in a camera\'s night mode: switch infra-red off and light the target.':
    'Druck und Papier sehen gleich aus (Kontrast {0} %), wie im Nachtmodus: Infrarot ausschalten und die Scheibe beleuchten.',
  'The picture is not sharp (printed edges are {0} px wide): focus on the target and lock the focus.': 'Das Bild ist unscharf (gedruckte Kanten sind {0} px breit): auf die Scheibe scharfstellen und den Fokus sperren.',
  'The aiming mark is veiled in places: clean the lens or the window before it.': 'Der Spiegel ist stellenweise verschleiert: das Objektiv oder das Fenster davor putzen.',
  '{0} % of the aiming mark is hidden: take away what stands before the target, or turn the camera.': '{0} % des Spiegels sind verdeckt: wegnehmen, was vor der Scheibe steht, oder die Kamera drehen.',
  'The camera looks at the target from the side ({0} degrees): bring it nearer to the line of fire, to {1} degrees at most.':
    'Die Kamera sieht die Scheibe von der Seite ({0} Grad): näher an die Schusslinie stellen, höchstens {1} Grad.',
  'The target fills only {0} % of the picture\'s width: zoom in or bring the camera nearer.': 'Die Scheibe füllt nur {0} % der Bildbreite: heranzoomen oder die Kamera näher stellen.',
  'A hole is only {0} px wide: zoom in, bring the camera nearer or choose a larger picture; {1} px are good.':
    'Ein Loch ist nur {0} px breit: heranzoomen, die Kamera näher stellen oder ein größeres Bild wählen; {1} px sind gut.',
  'The light swings by {0} % within seconds, as an automatic exposure does that hunts: set the exposure by hand.':
    'Das Licht schwankt in Sekunden um {0} %, wie eine suchende Belichtungsautomatik: die Belichtung von Hand einstellen.',
  'The light flickers by {0} % from picture to picture: set the camera to the mains\' frequency ({1} or {2} Hz).':
    'Das Licht flackert von Bild zu Bild um {0} %: die Kamera auf die Netzfrequenz einstellen ({1} oder {2} Hz).',
  'The camera sends too few bits: printed edges are frayed. Set {0} Mbit/s or more, constant, or MJPEG.': 'Die Kamera sendet zu wenig Bits: gedruckte Kanten fransen aus. {0} Mbit/s oder mehr einstellen, konstant, oder MJPEG.',
  'Holes are as dark as the aiming mark: hang a light or mid-gray card behind the target.': 'Löcher sind so dunkel wie der Spiegel: hinter die Scheibe eine helle oder mittelgraue Pappe hängen.',

  'Learns what the paper looks like.': 'Lernt, wie das Papier aussieht.', 'The paper is changed: waits until nobody is in the picture.': 'Das Papier wird gewechselt: wartet, bis niemand im Bild ist.',
  'The range is cold: nothing counts until it is hot.': 'Der Stand ist gesperrt: Nichts zählt, bis er frei ist.',
  'Only a part of the target is seen: take away what hides it, or turn the camera to it and calibrate again.':
    'Nur ein Teil der Scheibe ist zu sehen: wegnehmen, was sie verdeckt, oder die Kamera auf sie richten und neu suchen.',
  'No target is where the calibration says: hang one there, or calibrate again.': 'Wo die Scheibe sein sollte, ist keine: eine aufhängen oder neu suchen.',
  'The paper was changed: learns what it looks like.': 'Das Papier wurde gewechselt: lernt, wie es aussieht.', 'The camera moved: goes on at its new place.': 'Die Kamera hat sich bewegt: weiter am neuen Ort.',
  'The picture is black: is the lens covered, or the light off?': 'Das Bild ist schwarz: Objektiv verdeckt oder Licht aus?', 'The picture is white: too much light; lower the exposure.': 'Das Bild ist weiß: zu viel Licht; kürzer belichten.',
  'The picture is white: too much light or exposure.': 'Das Bild ist weiß: zu viel Licht oder Belichtung.',
  'The picture is one even gray: something covers the lens or the target.': 'Das Bild ist gleichmäßig grau: Etwas verdeckt Objektiv oder Scheibe.',
  'The picture is one even gray: nothing can be told apart in it.': 'Das Bild ist gleichmäßig grau: Darin ist nichts zu unterscheiden.',
  'The camera focuses: waits until the picture is sharp again.': 'Die Kamera stellt scharf: wartet, bis das Bild wieder scharf ist.',
  'The light or the camera changed: learns the new look, and looks for holes that came meanwhile.': 'Licht oder Kamera haben sich geändert: lernt das neue Aussehen und sucht inzwischen entstandene Löcher.',
  'Something is before the target or its light changes: waits, and looks for holes that came meanwhile when it is gone.':
    'Etwas ist vor der Scheibe oder ihr Licht ändert sich: wartet und sucht danach inzwischen entstandene Löcher.',
  'The camera or the target moves: waits until it stands still.': 'Kamera oder Scheibe bewegt sich: wartet, bis sie ruhig steht.',
  'The target is hidden or moves: waits until it is seen again.': 'Die Scheibe ist verdeckt oder bewegt sich: wartet, bis sie wieder zu sehen ist.',
  'The target is turned away or taken down: goes on when it is seen again.': 'Die Scheibe ist weggedreht oder abgenommen: weiter, wenn sie wieder zu sehen ist.',
  'No target is seen: hang one there, turn the camera to it, or calibrate again.': 'Keine Scheibe zu sehen: eine aufhängen, die Kamera auf sie richten oder neu suchen.',
  'No round black aiming mark was found: does the camera see the target, sharp and lit evenly?': 'Kein runder schwarzer Spiegel gefunden: Sieht die Kamera die Scheibe scharf und gleichmäßig beleuchtet?',
  'The target at ({0}, {1}) is cut off by the edge of the picture: turn or move the camera until all rings are in it.':
    'Die Scheibe bei ({0}, {1}) ist vom Bildrand abgeschnitten: die Kamera drehen oder verschieben, bis alle Ringe im Bild sind.',
  'The largest round dark mark, at ({0}, {1}), is only {2} pixels wide and must have {3}: zoom in or move the camera closer.':
    'Der größte runde dunkle Fleck bei ({0}, {1}) ist nur {2} Pixel breit und muss {3} haben: heranzoomen oder die Kamera näher stellen.',
  'The rings at ({0}, {1}) fit only to {2} mm: is the paper bent, or hidden in part?': 'Die Ringe bei ({0}, {1}) passen nur auf {2} mm: Ist das Papier gewellt oder zum Teil verdeckt?',
  'The target at ({0}, {1}) is seen too much from the side: move the camera more in front of it.': 'Die Scheibe bei ({0}, {1}) ist zu sehr von der Seite zu sehen: die Kamera mehr davor stellen.',
  'Two targets are in the picture, at ({0}, {1}) and ({2}, {3}): say which with region=x,y,width,height.':
    'Zwei Scheiben sind im Bild, bei ({0}, {1}) und ({2}, {3}): mit region=x,y,breite,höhe sagen, welche.',
  'The picture is too small.': 'Das Bild ist zu klein.',

  'There is nothing at this address': 'Unter dieser Adresse ist nichts', 'The path names no resource of the API.': 'Der Pfad nennt nichts, was die API kennt.',
  'You are not allowed to do this': 'Das darfst du nicht', 'There is no such lane': 'Diese Bahn gibt es nicht', 'There is no such session': 'Diese Sitzung gibt es nicht',
  'This lane is not ready yet': 'Diese Bahn ist noch nicht bereit', 'The range does not answer': 'Der Stand antwortet nicht', 'The range is busy': 'Der Stand ist beschäftigt',
  'The worker is not connected: is gmshoot worker running?': 'Der Worker ist nicht verbunden: Läuft gmshoot worker?', 'The lane took too long to answer': 'Die Bahn hat zu lange gebraucht',
  'No picture from the camera yet': 'Noch kein Bild von der Kamera', 'The lane has not handed over a picture since it started.': 'Die Bahn hat seit dem Start noch kein Bild geliefert.',
  'Too many are looking on': 'Zu viele schauen zu', 'A field is not valid': 'Ein Feld ist ungültig', 'The lane is not running': 'Die Bahn läuft nicht', 'The lane is busy': 'Die Bahn ist beschäftigt',
  'it does not take commands now; try again': 'sie nimmt gerade keine Kommandos an; noch einmal versuchen', 'The lane is starting again': 'Die Bahn startet neu',
  'The lane did not answer in time': 'Die Bahn hat nicht rechtzeitig geantwortet', 'Too many sessions are open': 'Zu viele Sitzungen sind offen',
  'four share a lane at most; end one of them first': 'höchstens vier teilen eine Bahn; erst eine beenden', 'The session is full': 'Die Sitzung ist voll',
  'it holds as many shots as a session may; end it and start another': 'mehr Schüsse gehen nicht hinein; sie beenden und eine neue starten',
  'The target was not found yet': 'Die Scheibe wurde noch nicht gefunden', 'It is too late to undo that': 'Dafür ist es zu spät',
  'a session is opened again within a minute of its end': 'eine Sitzung öffnet man binnen einer Minute wieder', 'A session is already open': 'Es läuft schon eine Sitzung',
  'end the open session on this lane first': 'erst die laufende Sitzung auf dieser Bahn beenden', 'Not possible now': 'Jetzt nicht möglich',
  'the lane has no session in the state that this command needs': 'die Bahn hat gerade keine Sitzung, für die das geht', 'no picture came from the camera in time': 'von der Kamera kam kein Bild',
  'The target is being looked for already': 'Die Scheibe wird schon gesucht', 'wait for the answer to the command before': 'erst die Antwort abwarten', 'A session is open': 'Eine Sitzung läuft',
  'The target is being looked for': 'Die Scheibe wird gesucht', 'This code is not valid': 'Dieser Code gilt nicht',
  'it is good once, for ten minutes, on its own lane, and after too many wrong ones no more: have a new one shown':
    'er gilt einmal, zehn Minuten, auf seiner Bahn, und nach zu vielen falschen nicht mehr: einen neuen zeigen lassen',
  'the code is what the lane\'s tablet shows: six letters and digits': 'der Code steht auf dem Tablet der Bahn: sechs Buchstaben und Ziffern',
  'This link is not valid any more': 'Dieser Link gilt nicht mehr', 'it was opened before, or is older than an hour: ask for a new one': 'er wurde schon geöffnet oder ist älter als eine Stunde: einen neuen geben lassen',
  'This phone has not joined the session, or it has ended': 'Dieses Handy ist nicht in der Sitzung, oder sie ist zu Ende', 'Only on the lane\'s tablet': 'Nur am Tablet der Bahn',
  'There is no such shot': 'Diesen Schuss gibt es nicht', 'the session has no shot of this number': 'die Sitzung hat keinen Schuss mit dieser Nummer',
  'This shot was corrected meanwhile': 'Dieser Schuss wurde inzwischen korrigiert', 'An official corrects that': 'Das korrigiert der Schießleiter', 'An official decides that': 'Das entscheidet der Schießleiter',
  'Not possible with this shot': 'Mit diesem Schuss nicht möglich', 'say why in a line of at most {0} bytes': 'den Grund in einer Zeile mit höchstens {0} Byte sagen', 'a value is a number from {0} to {1} with one decimal at most': 'ein Wert ist eine Zahl von {0} bis {1} mit höchstens einer Nachkommastelle',
  'No course is shot on this lane': 'Auf dieser Bahn läuft kein Programm', 'people may be at the targets: nobody loads or fires': 'vielleicht ist jemand an den Scheiben: niemand lädt oder schießt',
  'That command does not come now': 'Dieses Kommando kommt jetzt nicht', 'the commands of this course are for a coach to give': 'die Kommandos dieses Programms gibt der Schießleiter',
  'There is no such picture': 'Dieses Bild gibt es nicht', 'This lane has a camera of its own': 'Diese Bahn hat eine eigene Kamera', 'Another camera is at work here': 'Hier arbeitet eine andere Kamera',
  'There is no such device': 'Dieses Gerät gibt es nicht', 'There is a device of that name': 'Ein Gerät mit diesem Namen gibt es schon', 'choose another name, or remove that device first': 'einen anderen Namen wählen oder jenes Gerät entfernen',
  'There are too many devices': 'Es sind zu viele Geräte', 'This id is taken': 'Diese Kennung ist vergeben', 'The target is not found in the picture': 'Im Bild ist keine Scheibe zu finden',
  'nothing of this target is found by its rings': 'von dieser Scheibe ist kein Ring zu finden', 'the body is one JPEG of at most {0} x {1} pixels': 'das Foto ist ein JPEG mit höchstens {0} x {1} Pixeln',
  'Too few shots to say anything': 'Zu wenige Schüsse, um etwas zu sagen', 'The centre may be off, or it may be chance': 'Die Mitte liegt vielleicht daneben, vielleicht ist es Zufall',
  'left alone for {0} min': '{0} min lang unbenutzt', 'left alone for {0} h': '{0} h lang unbenutzt', 'the computer was restarted': 'der Rechner wurde neu gestartet',
  'no session is open: nothing was counted': 'keine Sitzung läuft: Nichts wurde gezählt', 'the paper is whole again': 'das Papier ist wieder ganz', 'Picture frozen': 'Bild eingefroren',
};
