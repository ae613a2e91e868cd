# As much of an HTTP/2 client as a test of streams needs: requests by prior
# knowledge, data per stream, windows that are opened or, on purpose, not.
package Gmshoot::Http2;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use List::Util qw(max);
use Time::HiRes qw(time);

use constant {
    DATA => 0, HEADERS => 1, RST_STREAM => 3, SETTINGS => 4, PING => 6,
    GOAWAY => 7, WINDOW_UPDATE => 8,
    END_STREAM => 1, ACK => 1, END_HEADERS => 4,
};

# By TLS: with its socket (Gmshoot::Tls).
sub new {
    my ($class, $port, $s) = @_;

    $s ||= IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
        or die "connect: $!";
    my $self = bless { socket => $s, raw => '', next => 1, stream => {},
                       eof => 0, stuck => {} }, $class;

    syswrite($s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    $self->frame(SETTINGS, 0, 0, '');
    # the connection's own window is never what holds a stream back
    $self->frame(WINDOW_UPDATE, 0, 0, pack('N', 0x3fffffff));
    return $self;
}

sub frame {
    my ($self, $type, $flags, $id, $payload) = @_;

    local $SIG{PIPE} = 'IGNORE';
    return syswrite($self->{socket},
        substr(pack('N', length $payload), 1) . pack('CCN', $type, $flags, $id)
        . $payload);
}

sub integer {
    my ($n, $prefix) = @_;

    my $max = (1 << $prefix) - 1;
    return pack('C', $n) if $n < $max;
    $n -= $max;
    my $out = pack('C', $max);
    while ($n >= 128) {
        $out .= pack('C', $n % 128 + 128);
        $n = int($n / 128);
    }
    return $out . pack('C', $n);
}

# A request; returns its stream.  Headers go as literals, never indexed.
sub request {
    my ($self, $method, $path, $header, $body) = @_;

    my $id = $self->{next};
    $self->{next} += 2;

    my @fields = (':method' => $method, ':scheme' => 'http',
                  ':path' => $path, ':authority' => 'localhost',
                  %{ $header || {} });
    my $block = '';
    while (my ($name, $value) = splice(@fields, 0, 2)) {
        $block .= "\x10" . integer(length $name, 7) . $name
            . integer(length $value, 7) . $value;
    }

    $self->{stream}{$id} = { data => '', status => '' };
    $self->frame(HEADERS, END_HEADERS | (defined $body ? 0 : END_STREAM), $id,
                 $block);
    $self->frame(DATA, END_STREAM, $id, $body) if defined $body;
    return $id;
}

# Takes in what comes until a condition holds; its value.  Whoever waits for a
# second or more waits for ten, since others may use the machine.
sub until {
    my ($self, $condition, $timeout) = @_;

    my $end = time + (!$timeout || $timeout >= 1 ? max($timeout || 0, 10)
                                                 : $timeout);
    while (1) {
        while (length $self->{raw} >= 9) {
            my $size = unpack('N', "\0" . substr($self->{raw}, 0, 3));
            last if length $self->{raw} < 9 + $size;
            my ($type, $flags, $id) = unpack('x3CCN', $self->{raw});
            my $payload = substr($self->{raw}, 9, $size);
            substr($self->{raw}, 0, 9 + $size, '');
            $self->take($type, $flags, $id, $payload);
        }
        my $got = $condition->();
        return $got if $got;
        my $left = $end - time;
        return if $left <= 0 || $self->{eof};
        next if !IO::Select->new($self->{socket})->can_read($left);
        my $n = sysread($self->{socket}, $self->{raw}, 65536,
                        length $self->{raw});
        $self->{eof} = 1 if !$n;
    }
}

sub take {
    my ($self, $type, $flags, $id, $payload) = @_;

    my $stream = $self->{stream}{$id} || {};

    if ($type == DATA) {
        $stream->{data} .= $payload;
        $stream->{ended} = 1 if $flags & END_STREAM;
        $self->frame(WINDOW_UPDATE, 0, $id, pack('N', length $payload))
            if length $payload && !$self->{stuck}{$id};
    } elsif ($type == HEADERS) {
        # :status by its index in the static table, or as three digits
        my %index = (0x88 => 200, 0x89 => 204, 0x8b => 304, 0x8c => 400,
                     0x8d => 404, 0x8e => 500);
        my $first = ord $payload;
        $stream->{status} = $index{$first}
            || ($payload =~ /^.\x03(\d{3})/s ? $1 : 'other');
        $stream->{ended} = 1 if $flags & END_STREAM;
    } elsif ($type == RST_STREAM) {
        $stream->{reset} = unpack('N', $payload);
    } elsif ($type == SETTINGS && !($flags & ACK)) {
        $self->frame(SETTINGS, ACK, 0, '');
    } elsif ($type == PING && !($flags & ACK)) {
        $self->frame(PING, ACK, 0, $payload);
    } elsif ($type == GOAWAY) {
        $self->{goaway} = 1;
    }
    return;
}

sub reset_stream {
    my ($self, $id) = @_;
    return $self->frame(RST_STREAM, 0, $id, pack('N', 8));
}

# Lets a stream go on for which no window was opened.
sub open_window {
    my ($self, $id) = @_;
    delete $self->{stuck}{$id};
    return $self->frame(WINDOW_UPDATE, 0, $id, pack('N', 0x3fffffff));
}

sub data   { my ($self, $id) = @_; return $self->{stream}{$id}{data}; }
sub status { my ($self, $id) = @_; return $self->{stream}{$id}{status}; }

sub close {
    my ($self) = @_;
    return CORE::close($self->{socket});
}

1;
