# A camera that streams over RTSP: the JPEG of a file, as it is at the moment,
# fifteen times a second, as H.264 under rtsp://127.0.0.1:PORT/stream.
#
#     rtsp_server.py PORT JPEG [USER PASSWORD]
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PICTURES = ('multifilesrc location="%s" loop=true '
            'caps=image/jpeg,framerate=15/1 ! jpegdec ! videoconvert ! '
            'video/x-raw,format=I420 ! identity sync=true ! ')

ENCODE = ('x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 '
          'sliced-threads=false '
          'key-int-max=15 ! rtph264pay name=pay0 pt=96 config-interval=-1')


def main():
    port, jpeg = sys.argv[1:3]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address('127.0.0.1')
    server.set_service(port)

    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch('( ' + PICTURES % jpeg + ENCODE + ' )')
    factory.set_shared(True)
    server.get_mount_points().add_factory('/stream', factory)

    if len(sys.argv) > 3:
        factory.add_role_from_structure(Gst.Structure.new_from_string(
            'user, media.factory.access=(boolean)true, '
            'media.factory.construct=(boolean)true'))
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string('media.factory.role', 'user')
        auth.add_basic(
            GstRtspServer.RTSPAuth.make_basic(sys.argv[3], sys.argv[4]), token)
        server.set_auth(auth)

    server.attach(None)
    GLib.timeout_add_seconds(120, sys.exit)
    GLib.MainLoop().run()


main()
