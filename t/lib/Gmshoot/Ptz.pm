# A network camera with zoom presets: still pictures of one simulated card at
# several scales, and a request that takes it from one to another in a second.
#
#     my $c = Gmshoot::Ptz->new($folder, 1 => 0.5, 2 => 0.75);
#     $c->start;             # looks at its home, the first preset
#     $c->segment(1);        # the first shot is in the paper now
#     $c->misses;            # its first preset lies a little off from now on,
#                            # and /still.jpg?shrinks gives smaller pictures
#     $c->dies;
#
# Three shots; the folder's `asked` has a line a request for a preset.  Beside
# /still.jpg there are two that are worth nothing: ?frozen and ?black.
package Gmshoot::Ptz;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(time);

use Gmshoot;

use constant {
    FPS   => 5,
    EVERY => 8,    # pictures from shot to shot
    STEPS => 3,    # of a lens on its way
    WAY_S => 0.6,
};

sub new {
    my ($class, $folder, @preset) = @_;

    my $self = bless { folder => $folder, port => Gmshoot::free_port(),
        home => $preset[0], first => $preset[0] },
        $class;
    my %fill = @preset;

    mkdir($folder) or die "$folder: $!";
    for my $preset (keys %fill) {
        $self->{pictures}{$preset} = $self->draw("p$preset", $fill{$preset},
            4 * EVERY);
    }

    $self->{missed} = $self->draw('missed', 1.04 * $fill{ $preset[0] },
        4 * EVERY);
    $self->{small} = $self->draw('small', 0.5, 3, 'size=320x240');
    $self->{black} = $self->draw('black', 0.5, 1, 'size=640x480 glare=0.05');

    my ($from, $to) = (sort { $a <=> $b } values %fill)[0, -1];
    for my $k (1 .. STEPS) {
        push @{ $self->{way} }, $self->draw("w$k",
            $from + ($to - $from) * $k / (STEPS + 1), 1)->[0];
    }

    return $self;
}

# Pictures at one scale.
sub draw {
    my ($self, $name, $fill, $n, $more) = @_;

    my $folder = "$self->{folder}/$name";
    mkdir($folder) or die "$folder: $!";
    system("$Gmshoot::build/t/lib/record", 'simulate: seed=91 fps=' . FPS
        . ' shots=3 first=' . EVERY / FPS . ' interval='
        . EVERY / FPS . " jitter=0 series=0 overlap=0 sigma=15 fill=$fill "
        . ($more || 'size=640x480'),
        'issf-10m-air-pistol', '4.5', $folder, $n) == 0
        or die 'nothing recorded';

    return [ map { Gmshoot::slurp($_) } sort glob("$folder/*.jpg") ];
}

# How many shots are in the paper.
sub segment {
    my ($self, $n) = @_;

    open(my $out, '>', "$self->{folder}/segment.new") or die $!;
    print {$out} $n;
    close($out);
    rename("$self->{folder}/segment.new", "$self->{folder}/segment") or die $!;
    return;
}

sub misses {
    my ($self) = @_;
    symlink('/', "$self->{folder}/misses") or die $!;
    return;
}

sub asked {
    my ($self) = @_;
    return split(/\n/, Gmshoot::slurp("$self->{folder}/asked"));
}

# The picture of this moment: none is the one before.
sub picture {
    my ($self) = @_;

    my $n = ++$self->{n};
    my $since = time - $self->{set};

    if ($since < WAY_S) {
        my $k = int(STEPS * $since / WAY_S);
        return $self->{way}[$self->{down} ? STEPS - 1 - $k : $k];
    }

    my $segment = Gmshoot::slurp("$self->{folder}/segment") || 0;
    if ($self->{at} == $self->{first} && -l "$self->{folder}/misses") {
        return $self->{missed}[$segment * EVERY + 1 + $n % 6];
    }
    return $self->{pictures}{ $self->{at} }[$segment * EVERY + 1 + $n % 6];
}

sub answer {
    my ($self, $head, $body) = @_;

    if ($head =~ m{^GET /still\.jpg\?frozen}) {
        return ('200 OK', 'image/jpeg', $self->{pictures}{ $self->{home} }[1]);
    }
    if ($head =~ m{^GET /still\.jpg\?shrinks} && -l "$self->{folder}/misses") {
        return ('200 OK', 'image/jpeg', $self->{small}[++$self->{n} % 3]);
    }
    if ($head =~ m{^GET /still\.jpg\?black}) {
        # never the same bytes twice, however seldom somebody looks
        my $jpeg = $self->{black}[0];
        substr($jpeg, 2, 0) = "\xff\xfe\x00\x0a" . sprintf('%08d', ++$self->{n});
        return ('200 OK', 'image/jpeg', $jpeg);
    }
    if ($head =~ m{^GET /still\.jpg}) {
        return ('200 OK', 'image/jpeg', $self->picture);
    }
    if ($head !~ m{^POST /zoom/preset} || $head !~ /^X-Token: sesame\r$/m
        || $head !~ /^Authorization: Basic dXNlcjpzZWNyZXR3b3Jk\r$/m)
    {
        return ('401 Unauthorized', 'text/plain', 'who are you?');
    }

    open(my $log, '>>', "$self->{folder}/asked") or die $!;
    print {$log} "$body\n";
    close($log);

    my ($preset) = $body =~ /^\{"number":(\d+)\}$/;
    if (!defined $preset || !$self->{pictures}{$preset}) {
        return ('404 Not Found', 'text/plain', '');
    }
    if ($preset != $self->{at}) {
        $self->{down} = $preset < $self->{at};
        $self->{set} = time;
    }
    $self->{at} = $preset;
    return ('200 OK', 'application/json', '{"ok":true}');
}

sub start {
    my ($self) = @_;

    $self->{pid} = fork();
    die "fork: $!" if !defined $self->{pid};
    return $self if $self->{pid};

    my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$self->{port}",
        Listen => 5, ReuseAddr => 1) or POSIX::_exit(1);
    local $SIG{PIPE} = 'IGNORE';
    my $until = time + 120;
    my %buffer;
    my $select = IO::Select->new($listener);

    @{$self}{qw(at set)} = ($self->{home}, 0);

    while (time < $until) {
        for my $s ($select->can_read(1)) {
            if ($s == $listener) {
                $select->add(scalar $listener->accept);
                next;
            }
            if (!sysread($s, $buffer{$s}, 65536, length($buffer{$s} || ''))) {
                delete $buffer{$s};
                $select->remove($s);
                $s->close;
                next;
            }
            next if $buffer{$s} !~ /\r\n\r\n/;

            my ($head, $body) = split(/\r\n\r\n/, $buffer{$s}, 2);
            my ($size) = $head =~ /^Content-Length: (\d+)/mi;
            next if length($body) < ($size || 0);

            delete $buffer{$s};
            my ($status, $type, $text) = $self->answer("$head\r\n", $body);
            my $all = "HTTP/1.1 $status\r\nContent-Type: $type\r\n"
                . ($status =~ /401/ ? "WWW-Authenticate: Basic realm=x\r\n" : '')
                . 'Content-Length: ' . length($text) . "\r\n\r\n$text";
            my $done = 0;
            while ($done < length $all) {
                $done += syswrite($s, $all, length($all) - $done, $done)
                    || last;
            }
        }
    }
    POSIX::_exit(0);
}

sub dies {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    kill('KILL', $pid);
    waitpid($pid, 0);
    return;
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    $self->dies;
    return;
}

1;
