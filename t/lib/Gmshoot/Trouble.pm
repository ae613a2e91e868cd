# What tests of bad input and of ends share: looking at processes, at the
# problems of a lane, and pictures that a camera might give.
package Gmshoot::Trouble;

use strict;
use warnings;

use Exporter 'import';
use JSON::PP;
use POSIX ();
use Time::HiRes qw(time sleep);

our @EXPORT_OK = qw(children archive alive fds maps problem
                    still grey_jpeg avi run_command);

# Pids of the direct children of a process, but for the archive.
sub children {
    my ($pid) = @_;
    return grep { !is_archive($_) }
        split(' ', Gmshoot::slurp("/proc/$pid/task/$pid/children"));
}

sub is_archive {
    my ($pid) = @_;
    return Gmshoot::slurp("/proc/$pid/comm") =~ /^gms-archive/;
}

# Pid of a worker's archive; undef: it has none now.
sub archive {
    my ($pid) = @_;
    return (grep { is_archive($_) }
        split(' ', Gmshoot::slurp("/proc/$pid/task/$pid/children")))[0];
}

# False for a zombie, too.
sub alive {
    my ($pid) = @_;
    my $stat = Gmshoot::slurp("/proc/$pid/stat");
    return $stat =~ m{\) (\w)} && $1 !~ m{[ZXx]};
}

# Descriptor => what it is.
sub fds {
    my ($pid) = @_;

    opendir(my $dir, "/proc/$pid/fd") or return {};
    return { map { $_ => readlink("/proc/$pid/fd/$_") || '' }
        grep { /^\d+$/ } readdir($dir) };
}

# Names of what a process maps.
sub maps {
    my ($pid) = @_;
    my %name;

    for (split(/\n/, Gmshoot::slurp("/proc/$pid/maps"))) {
        $name{$1} = 1 if m{\s((?:/|\[).*)$};
    }
    return sort keys %name;
}

# The lane's problem of this type, or undef.
sub problem {
    my ($state, $type) = @_;
    my ($found) = grep { $_->{type} eq $type } @{ $state->{problems} || [] };
    return $found;
}

# What a lane tells of itself, for a test's diagnosis.
sub said {
    my ($state) = @_;
    return join("\n", map { JSON::PP->new->canonical->encode($_) }
        grep { $_ } @{$state}{qw(camera calibration detector problems)});
}

# One JPEG as the lane shows it now.
sub still {
    my ($t, $lane) = @_;

    my $r = $t->wait_for(sub {
        my $r = $t->get("/api/lanes/$lane/frame.jpg");
        return $r->{status} == 200 ? $r : undef;
    }, "a picture of $lane") or return;
    return $r->{body};
}

# A JPEG of one grey, 0 (black) or 128: every block is its mean alone.
sub grey_jpeg {
    my ($width, $height, $grey) = @_;

    my $bits = $grey ? '00' : '10' . '01111111' . '0';
    my $blocks = int(($width + 7) / 8) * int(($height + 7) / 8);
    $bits .= '00' x ($blocks - 1);
    $bits .= '1' x (-length($bits) % 8);

    my $segment = sub { pack('n n', 0xff00 | $_[0], 2 + length $_[1]) . $_[1] };
    return "\xff\xd8"
        . $segment->(0xdb, "\0" . "\x08" x 64)
        . $segment->(0xc0, pack('C n n C C C C', 8, $height, $width, 1,
                                1, 0x11, 0))
        # the mean: category 0 as "0", category 8 as "10"
        . $segment->(0xc4, "\x00" . pack('C16', 1, 1, (0) x 14) . "\0\x08")
        . $segment->(0xc4, "\x10" . pack('C16', 1, (0) x 15) . "\0")
        . $segment->(0xda, pack('C C C C C C', 1, 1, 0, 0, 63, 0))
        . pack('B*', $bits) . "\xff\xd9";
}

# An MJPEG AVI of these JPEGs.
sub avi {
    my ($fps, $width, $height, @jpeg) = @_;

    my $chunk = sub {
        $_[0] . pack('V', length $_[1]) . $_[1]
            . (length($_[1]) % 2 ? "\0" : '');
    };
    my $list = sub { $chunk->('LIST', $_[0] . $_[1]) };

    my $avih = pack('V14', 1e6 / $fps, 0, 0, 0, scalar @jpeg, 0, 1, 0,
                    $width, $height, 0, 0, 0, 0);
    my $strh = 'vidsMJPG' . pack('V12', 0, 0, 0, 1, $fps, 0, scalar @jpeg,
                                 0, 0, 0, 0, 0);
    my $strf = pack('V3 v2', 40, $width, $height, 1, 24) . 'MJPG'
        . pack('V5', 0, 0, 0, 0, 0);

    return $chunk->('RIFF', 'AVI '
        . $list->('hdrl', $chunk->('avih', $avih)
            . $list->('strl', $chunk->('strh', $strh)
                . $chunk->('strf', $strf)))
        . $list->('movi', join('', map { $chunk->('00dc', $_) } @jpeg)));
}

# Runs a command to its end, at most some seconds: its exit status (-1: had
# to be killed), stdout and stderr.
sub run_command {
    my ($dir, $seconds, $stdin, @command) = @_;

    my $pid = fork();
    die "fork: $!" if !defined $pid;

    if ($pid == 0) {
        open(my $in, '>', "$dir/in") or die $!;
        print {$in} $stdin;
        close($in);
        open(STDIN, '<', "$dir/in") or die $!;
        open(STDOUT, '>', "$dir/out") or die $!;
        open(STDERR, '>', "$dir/err") or die $!;
        exec(@command) or die "$command[0]: $!";
    }

    my $until = time + $seconds;
    my $status = -1;

    while (time < $until) {
        if (waitpid($pid, POSIX::WNOHANG()) == $pid) {
            $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
            undef $pid;
            last;
        }
        sleep(0.01);
    }
    if ($pid) {
        kill('KILL', $pid);
        waitpid($pid, 0);
    }

    return ($status, Gmshoot::slurp("$dir/out"), Gmshoot::slurp("$dir/err"));
}

1;
