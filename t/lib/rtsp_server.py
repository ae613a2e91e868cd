# A camera that streams over RTSP.
#
#     rtsp_server.py [--tls FILE.pem] PORT PICTURES [CODEC [USER PASSWORD]]
#
# PICTURES is a JPEG, sent as it is at the moment, fifteen times a second, as
# CODEC h264 (unless said), h265 or mjpeg, under rtsp://127.0.0.1:PORT/stream,
# the same stream for all; or a recording, .mp4 of H.264 or .avi of MJPEG, which
# each who comes gets from its beginning.  With a certificate and its key in
# FILE.pem it is asked by rtsps alone.
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gio, GLib, Gst, GstRtspServer  # noqa: E402

PICTURES = ('multifilesrc location="%s" loop=true '
            'caps=image/jpeg,framerate=15/1 ! jpegdec ! videoconvert ! '
            'video/x-raw,format=I420 ! identity sync=true ! ')

ENCODE = {
    'h264': 'x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 '
            'sliced-threads=false key-int-max=15 ! '
            'rtph264pay name=pay0 pt=96 config-interval=-1',
    'h265': 'x265enc tune=zerolatency speed-preset=ultrafast bitrate=8000 '
            'key-int-max=15 ! h265parse ! '
            'rtph265pay name=pay0 pt=96 config-interval=-1',
    'mjpeg': 'jpegenc quality=90 ! rtpjpegpay name=pay0 pt=26',
}

RECORDED = {
    'mp4': 'filesrc location="%s" ! qtdemux ! h264parse ! '
           'rtph264pay name=pay0 pt=96 config-interval=-1',
    'avi': 'filesrc location="%s" ! avidemux ! jpegparse ! '
           'rtpjpegpay name=pay0 pt=26',
}

# In seconds: a test that died leaves it behind for so long.
ENOUGH = 600


def main():
    words = sys.argv[1:]
    pem = None
    if words[0] == '--tls':
        pem, words = words[1], words[2:]
    port, pictures, codec = (words + ['h264'])[:3]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address('127.0.0.1')
    server.set_service(port)

    recorded = RECORDED.get(pictures.rpartition('.')[2])
    launch = recorded or PICTURES + ENCODE[codec]
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch('( ' + launch % pictures + ' )')
    factory.set_shared(not recorded)
    server.get_mount_points().add_factory('/stream', factory)

    if pem or len(words) > 3:
        factory.add_role_from_structure(Gst.Structure.new_from_string(
            'user, media.factory.access=(boolean)true, '
            'media.factory.construct=(boolean)true'))
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string('media.factory.role', 'user')
        if pem:
            auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(pem))
        if len(words) > 3:
            auth.add_basic(
                GstRtspServer.RTSPAuth.make_basic(words[3], words[4]), token)
        else:
            auth.set_default_token(token)
        server.set_auth(auth)

    server.attach(None)
    GLib.timeout_add_seconds(ENOUGH, sys.exit)
    GLib.MainLoop().run()


main()
