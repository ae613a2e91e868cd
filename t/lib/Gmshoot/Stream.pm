# An HTTP/1.1 client on one socket, which reads an answer as it comes: whole,
# as Server-Sent Events, or as pictures of a multipart stream.
package Gmshoot::Stream;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Time::HiRes qw(time);

sub new {
    my ($class, $port, $method, $path, $header, $body) = @_;

    my %header = (Host => 'localhost', Connection => 'close',
                  %{ $header || {} });
    my $small = delete $header{'-rcvbuf'};

    my $s = delete $header{'-socket'};
    if ($s) {
        # connected already
    } elsif ($small) {
        # before connect(): the window is agreed on with it
        $s = IO::Socket::INET->new(Proto => 'tcp') or die "socket: $!";
        setsockopt($s, SOL_SOCKET, SO_RCVBUF, $small) or die $!;
        connect($s, Socket::pack_sockaddr_in($port,
                    Socket::inet_aton('127.0.0.1'))) or die "connect: $!";
    } else {
        $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
            or die "connect: $!";
    }

    $header{'Content-Length'} = length $body
        if defined $body && !exists $header{'Transfer-Encoding'};

    my $self = bless { socket => $s, raw => '', text => '', eof => 0 },
        $class;

    $self->put("$method $path HTTP/1.1\r\n"
        . join('', map { defined $header{$_} ? "$_: $header{$_}\r\n" : '' }
                   sort keys %header)
        . "\r\n" . (defined $body ? $body : ''));

    return $self;
}

# What was sent word by word.
sub raw {
    my ($class, $port, $text) = @_;

    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
        or die "connect: $!";
    my $self = bless { socket => $s, raw => '', text => '', eof => 0 },
        $class;
    $self->put($text);
    return $self;
}

sub put {
    my ($self, $text) = @_;

    local $SIG{PIPE} = 'IGNORE';
    my $done = 0;
    while ($done < length $text) {
        my $n = syswrite($self->{socket}, $text, length($text) - $done, $done);
        return 0 if !$n;
        $done += $n;
    }
    return 1;
}

# More bytes into raw; false: none came in time, or no more will.
sub fill {
    my ($self, $until) = @_;

    my $left = $until - time;
    return 0 if $self->{eof} || $left <= 0;
    return 0 if !IO::Select->new($self->{socket})->can_read($left);

    my $n = sysread($self->{socket}, $self->{raw}, 65536, length $self->{raw});
    $self->{eof} = 1 if !$n;
    $self->{bytes} += $n || 0;
    return $n ? 1 : 0;
}

sub head {
    my ($self, $until) = @_;

    return $self->{head} if $self->{head};
    $until ||= time + 5;

    while ($self->{raw} !~ /\r\n\r\n/) {
        $self->fill($until) or return;
    }

    $self->{raw} =~ s/^(.*?)\r\n\r\n//s;
    my ($status, @lines) = split(/\r\n/, $1);
    my %header;
    for (@lines) {
        my ($name, $value) = split(/:\s*/, $_, 2);
        $header{ lc $name } = $value;
    }

    $self->{chunked} = ($header{'transfer-encoding'} || '') eq 'chunked';
    $self->{head} = { status => (split(' ', $status))[1],
                      header => \%header };
    return $self->{head};
}

sub status { my ($self) = @_; return ($self->head || {})->{status} || 0; }

# Moves what is whole of the body from raw to text.
sub unchunk {
    my ($self) = @_;

    if (!$self->{chunked}) {
        $self->{text} .= $self->{raw};
        $self->{raw} = '';
        return;
    }

    while ($self->{raw} =~ /^([0-9a-fA-F]+)\r\n/) {
        my ($at, $size) = ($+[0], hex $1);
        last if length($self->{raw}) < $at + $size + 2;
        $self->{text} .= substr($self->{raw}, $at, $size);
        $self->{last} = 1 if $size == 0;
        substr($self->{raw}, 0, $at + $size + 2, '');
    }
    return;
}

sub whole {
    my ($self, $timeout) = @_;

    my $until = time + ($timeout || 15);
    my $head = $self->head($until)
        or return { status => 0, header => {}, body => '' };
    my $length = $head->{header}{'content-length'};

    while (1) {
        $self->unchunk;
        last if $self->{last};
        last if defined $length && length($self->{text}) >= $length;
        $self->fill($until) or last;
    }
    return { %$head, body => $self->{text} };
}

# The next event: {event, id, data, json}, {comment} or {retry}; undef: none.
sub next {
    my ($self, $timeout) = @_;

    my $until = time + (defined $timeout ? $timeout : 10);
    $self->head($until) or return;

    my $at;
    while (1) {
        $self->unchunk;
        $at = index($self->{text}, "\n\n");
        last if $at >= 0;
        $self->fill($until) or return;
    }

    my %e;
    for my $line (split(/\n/, substr($self->{text}, 0, $at + 2, ''))) {
        if ($line =~ /^: ?(.*)/) { $e{comment} = $1; next; }
        my ($field, $value) = split(/: ?/, $line, 2);
        $e{$field} = $value;
    }
    $e{json} = eval { JSON::PP->new->decode($e{data}) } if $e{data};
    return \%e;
}

# The next one of this type, passing over others.
sub next_of {
    my ($self, $type, $timeout) = @_;

    my $until = time + (defined $timeout ? $timeout : 10);
    while ((my $left = $until - time) > 0) {
        my $e = $self->next($left) or return;
        return $e if ($e->{event} || '') eq $type;
    }
    return;
}

# Passes over all up to a text, quickly.
sub skip_to {
    my ($self, $text, $timeout) = @_;

    my $until = time + ($timeout || 5);
    my $tail = '';
    while (1) {
        $tail .= $self->{raw};
        $self->{raw} = '';
        return 1 if index($tail, $text) >= 0;
        substr($tail, 0, -200) = '' if length($tail) > 200;
        $self->fill($until) or return 0;
    }
}

# All that is there within a moment.
sub drain {
    my ($self, $quiet) = @_;

    my @all;
    while (my $e = $self->next($quiet || 0.5)) {
        push @all, $e;
    }
    return @all;
}

# All up to the event of this number, or a snapshot that has it.
sub up_to {
    my ($self, $seq, $timeout) = @_;

    my $until = time + ($timeout || 20);
    my @all;
    while ((my $left = $until - time) > 0) {
        my $e = $self->next($left) or last;
        push @all, $e;
        last if $e->{json} && ($e->{json}{seq} || 0) == $seq;
    }
    return @all;
}

# The next picture of a multipart stream, and whether the header of the part
# after it had come with it.
sub picture {
    my ($self, $timeout) = @_;

    my $until = time + (defined $timeout ? $timeout : 5);
    my $head = $self->head($until) or return;
    my ($boundary) = $head->{header}{'content-type'} =~ /boundary=(\S+)/;

    while (1) {
        $self->unchunk;
        if ($self->{text} =~ s{^--\Q$boundary\E\r\n
                               Content-Type:\ image/jpeg\r\n\r\n
                               (.*?)\r\n
                               (?=--\Q$boundary\E\r\n
                               Content-Type:\ image/jpeg\r\n\r\n)}{}sx) {
            return $1;
        }
        $self->fill($until) or return;
    }
}

# True when the server has closed.
sub ended {
    my ($self, $timeout) = @_;

    my $until = time + ($timeout || 5);
    1 while $self->fill($until);
    return $self->{eof};
}

sub close {
    my ($self) = @_;
    return CORE::close($self->{socket});
}

1;
