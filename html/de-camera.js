/*
 * German: the words of the pages that let a device in: as a camera, by a link,
 * and by trusting the certificate.
 */

/** @type {import('./tongue.js').Table} */
export const TABLE = {
  'What the camera sees': 'Was die Kamera sieht', 'The preview of the camera comes here.': 'Hier erscheint die Vorschau der Kamera.', Sending: 'Senden', 'The lane': 'Die Bahn',
  'Which camera': 'Welche Kamera', 'Use a phone instead': 'Lieber ein Handy nehmen', 'It sends its pictures to this lane and may do nothing else.': 'Es schickt seine Bilder an diese Bahn und darf sonst nichts.',
  'Show the code': 'Code zeigen', 'Camera {0}': 'Kamera {0}', 'Keep this page open; the screen stays on by itself.': 'Diese Seite offen lassen; der Bildschirm bleibt von selbst an.',
  'Keep this page open, and keep the screen from going off: this browser does not.': 'Diese Seite offen lassen und den Bildschirm anlassen: Dieser Browser tut es nicht.',
  'Camera of {0}, {1}': 'Kamera von {0}, {1}',
  'Scan this with the phone, or open the link there and tap “Use this device”. It works once, within an hour.':
    'Mit dem Handy scannen oder dort den Link öffnen und „Dieses Gerät nehmen“ antippen. Er gilt einmal, eine Stunde lang.',
  'A phone that says it does not know the certificate scans this first:': 'Ein Handy, das das Zertifikat nicht kennt, scannt zuerst dies:', 'Code of {0}': 'Code von {0}',
  'This range has no https yet, and a phone lends its camera to https alone: start it with': 'Dieser Stand hat noch kein https, und ein Handy gibt seine Kamera nur https: starten mit',
  'make run TLS=1': 'make run TLS=1', ', or see': ', oder siehe', cameras: 'Kameras', 'Which lane?': 'Welche Bahn?', 'No lane waits for a phone.': 'Keine Bahn wartet auf ein Handy.',
  'One whose configuration says “camera push:” does.': 'Das tut eine, in deren Konfiguration „camera push:“ steht.',
  'This device may not send pictures yet.': 'Dieses Gerät darf noch keine Bilder schicken.',
  'Whoever shoots on the lane, or an admin, lets it in: “Use a phone instead” on this page there.':
    'Wer auf der Bahn schießt oder ein Verwalter lässt es herein: dort auf dieser Seite „Lieber ein Handy nehmen“.',
  'Open it with https': 'Mit https öffnen', 'The first time your device says that it does not know the certificate:': 'Beim ersten Mal sagt das Gerät, dass es das Zertifikat nicht kennt:',
  'let it trust this range': 'diesem Stand vertrauen',

  'This page may not use the camera': 'Diese Seite darf die Kamera nicht benutzen',
  'Allow it: tap the sign beside the address of the page, then Camera, then start again. On an iPhone also: Settings, Apps, the browser, Camera.':
    'Erlauben: das Zeichen neben der Adresse antippen, dann Kamera, dann neu starten. Auf dem iPhone auch: Einstellungen, Apps, der Browser, Kamera.',
  'This device has no camera': 'Dieses Gerät hat keine Kamera', 'Plug one in, or use another phone or laptop.': 'Eine anschließen oder ein anderes Handy oder Notebook nehmen.',
  'Another program uses the camera': 'Ein anderes Programm benutzt die Kamera',
  'Close what shows its picture (a call, a camera app, another tab), then start again.': 'Schließen, was ihr Bild zeigt (Anruf, Kamera-App, anderer Tab), dann neu starten.',
  'The camera did not start': 'Die Kamera ist nicht angelaufen', 'Start it again; if that does not help, start the device anew.': 'Noch einmal starten; hilft das nicht, das Gerät neu starten.',
  'That camera is not there any more': 'Diese Kamera ist nicht mehr da', 'Choose another one.': 'Eine andere wählen.', 'The camera cannot be used': 'Die Kamera lässt sich nicht benutzen',
  'Start it again.': 'Noch einmal starten.', 'This page must be opened with https': 'Diese Seite muss mit https geöffnet werden',
  'Browsers let a page use the camera over https alone, for then nobody else can ask for it.': 'Browser geben einer Seite die Kamera nur über https, denn dann kann niemand sonst danach fragen.',
  'This browser has no camera for pages': 'Dieser Browser hat keine Kamera für Seiten',
  'Open the page in Chrome, Edge, Firefox or Safari of this year or the last ones.': 'Die Seite in einem neueren Chrome, Edge, Firefox oder Safari öffnen.',
  'The last picture arrived {0} ago.': 'Das letzte Bild kam vor {0} an.', 'Not started': 'Nicht gestartet',
  'Point the camera at the target, as square to it as you can, and start.': 'Die Kamera auf die Scheibe richten, so gerade wie möglich, und starten.', 'Starting …': 'Wird gestartet …',
  'The first picture is on its way.': 'Das erste Bild ist unterwegs.', 'No connection to the range': 'Keine Verbindung zum Stand',
  'It is tried again, for as long as it takes.{0}': 'Es wird weiter versucht, solange es dauert.{0}', 'The lane is busy': 'Die Bahn ist beschäftigt',
  'It is tried again by itself.{0}': 'Es wird von selbst neu versucht.{0}', 'Another camera is at work on this lane': 'Auf dieser Bahn arbeitet eine andere Kamera',
  'End it there: this one goes on by itself three seconds later.': 'Sie dort beenden: Diese macht drei Sekunden später von selbst weiter.', 'The camera gives no picture': 'Die Kamera liefert kein Bild',
  'It is started again by itself.{0}': 'Sie wird von selbst neu gestartet.{0}', 'The lane says: slower': 'Die Bahn sagt: langsamer',
  'It has no time for more than {0} pictures a second just now.': 'Mehr als {0} Bilder pro Sekunde schafft sie gerade nicht.', 'Pictures arrive': 'Bilder kommen an', '{0} a second': '{0} pro Sekunde',
  'Nothing is known of the lane yet': 'Von der Bahn ist noch nichts bekannt', 'The lane has no picture': 'Die Bahn hat kein Bild', 'Start the camera.': 'Die Kamera starten.',
  'The lane has a picture': 'Die Bahn hat ein Bild', 'Shots at this target are added by hand.': 'Schüsse auf diese Scheibe werden von Hand eingetragen.',
  'Bring all of it into the picture, as large as fits, sharp and evenly lit.': 'Sie ganz ins Bild bringen, so groß es geht, scharf und gleichmäßig beleuchtet.',
  'Target found, but it is hard to see': 'Scheibe gefunden, aber schlecht zu sehen',
  '{0} pixels a millimetre. Leave the camera as it stands.': '{0} Pixel pro Millimeter. Die Kamera so stehen lassen.',

  'This link lets the device you hold command a lane. It works once.': 'Mit diesem Link steuert das Gerät in deiner Hand eine Bahn. Er gilt einmal.', 'Use this device': 'Dieses Gerät nehmen',
  'Something is missing': 'Da fehlt etwas', 'Open the whole link, or scan its code again.': 'Den ganzen Link öffnen oder den Code noch einmal scannen.',

  'Let this device trust the range': 'Dieses Gerät soll dem Stand vertrauen',
  'A phone lends its camera to pages of https alone, and https wants a certificate that it knows. This range has made its own. Once for each device:':
    'Ein Handy gibt seine Kamera nur Seiten mit https, und https braucht ein Zertifikat, das es kennt. Dieser Stand hat sein eigenes gemacht. Einmal für jedes Gerät:',
  'Get the certificate': 'Zertifikat holen', 'iPhone, iPad': 'iPhone, iPad',
  'Open this page in Safari, tap “Get the certificate”, allow the download of the profile.': 'Diese Seite in Safari öffnen, „Zertifikat holen“ antippen, das Laden des Profils erlauben.',
  'Settings, at the top “Profile Downloaded” (or General, VPN & Device Management): Install.': 'Einstellungen, ganz oben „Profil geladen“ (oder Allgemein, VPN und Geräteverwaltung): Installieren.',
  'Settings, General, About, Certificate Trust Settings: switch on “GMShoot range”.': 'Einstellungen, Allgemein, Info, Zertifikatsvertrauenseinstellungen: „GMShoot range“ einschalten.',
  Android: 'Android', 'Tap “Get the certificate”: it lies under Downloads.': '„Zertifikat holen“ antippen: Es liegt unter Downloads.',
  'Settings, Security (Password & security, Privacy), More, Encryption & credentials, Install a certificate, CA certificate, Install anyway: choose gmshoot-ca.crt.':
    'Einstellungen, Sicherheit (Passwort und Sicherheit, Datenschutz), Weitere, Verschlüsselung und Anmeldedaten, Zertifikat installieren, CA-Zertifikat, Trotzdem installieren: gmshoot-ca.crt wählen.',
  'Firefox besides: Settings, About Firefox, tap the sign five times, back, Secret settings, Use third party CA certificates.':
    'Firefox außerdem: Einstellungen, Über Firefox, fünfmal auf das Zeichen tippen, zurück, Secret settings, „Use third party CA certificates“.',
  Windows: 'Windows', 'Open gmshoot-ca.crt, Install Certificate, Current User.': 'gmshoot-ca.crt öffnen, Zertifikat installieren, Aktueller Benutzer.',
  'Place it in “Trusted Root Certification Authorities”, Finish, Yes.': 'In „Vertrauenswürdige Stammzertifizierungsstellen“ ablegen, Fertig stellen, Ja.', Mac: 'Mac',
  'Open gmshoot-ca.crt: it goes into Keychain Access, “login”.': 'gmshoot-ca.crt öffnen: Es kommt in die Schlüsselbundverwaltung, „Anmeldung“.',
  'There double-click “GMShoot range”, Trust, When using this certificate: Always Trust.': 'Dort „GMShoot range“ doppelklicken, Vertrauen, Bei Verwendung dieses Zertifikats: Immer vertrauen.',
  'Linux, ChromeOS': 'Linux, ChromeOS',
  'Chrome, Chromium, Edge: Settings, Privacy and security, Security, Manage certificates, Authorities, Import: gmshoot-ca.crt, trust it for websites.':
    'Chrome, Chromium, Edge: Einstellungen, Datenschutz und Sicherheit, Sicherheit, Zertifikate verwalten, Zertifizierungsstellen, Importieren: gmshoot-ca.crt, für Websites vertrauen.',
  'Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import.': 'Firefox: Einstellungen, Datenschutz & Sicherheit, Zertifikate anzeigen, Zertifizierungsstellen, Importieren.',
  'It can vouch for this range and for addresses of private networks, and for nothing in the internet. Its key lies on the range’s computer; take the certificate out again where you put it in.':
    'Es kann für diesen Stand und für Adressen privater Netze bürgen und für nichts im Internet. Sein Schlüssel liegt auf dem Rechner des Standes; entfernen lässt es sich dort, wo es installiert wurde.',
  'Then go on with https': 'Dann weiter mit https', 'From another device': 'Von einem anderen Gerät', 'Scan this: it opens this page there.': 'Scannen: Dort öffnet sich diese Seite.',
  'Code that opens this page on a phone': 'Code, der diese Seite auf einem Handy öffnet', 'This range has no certificate of its own.': 'Dieser Stand hat kein eigenes Zertifikat.',
  'It makes one when it is started with': 'Er macht eines, wenn er gestartet wird mit', '; an installed one has what its nginx was given (': '; ein installierter hat, was sein nginx bekommen hat (', access: 'Zugang',
};
