#!/usr/bin/perl
# How many lanes this computer looks through: recorded pictures played as live
# cameras through the real worker and the real nginx to one SSE client.  See
# docs/cameras.md for what the figures mean.
use strict;
use warnings;

use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use Getopt::Long qw(GetOptions);
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(time sleep);

use lib dirname(__FILE__);
use Rig qw(child leave free_port median interval);

my $usage = <<'HELP';
cameras.pl: lanes of recorded pictures, played as live cameras

  --rows LIST    KIND:LANES[:watched],... (clip:1,clip:4,clip:8,clip:12,
                 mjpeg:1,mjpeg:4,h264:1,h264:4,h264:4:watched)
                 clip    720p30, JPEGs out of a folder
                 mjpeg   1080p15 over RTSP
                 h264    1080p15 over RTSP
                 h264s   720p15 over RTSP
                 watched: with a viewer of each lane's live pictures
  --rounds N     of all rows, one after the other (3)
  --seconds S    of a round, one shot a second on each lane (20)
  --json FILE    all figures of all rounds
HELP

my %set = (rounds => 3, seconds => 20, rows => 'clip:1,clip:4,clip:8,clip:12,'
    . 'mjpeg:1,mjpeg:4,h264:1,h264:4,h264:4:watched');
GetOptions(\%set, 'rows=s', 'rounds=i', 'seconds=i', 'json=s', 'help')
    or die $usage;
if ($set{help}) {
    print $usage;
    exit 0;
}
die "--seconds: at most 25\n" if $set{seconds} > 25;

# A stream is looked at, and calibrated, for so long before the first shot.
my $quiet = 15;

# Recordings last for so long after that; they are made once.
my $played = 30;

my %kinds = (
    clip  => { size => '1280x720',  fps => 30, first => 2, budget_ms => 10,
               name => '720p30, JPEG' },
    mjpeg => { size => '1920x1080', fps => 15, first => $quiet, budget_ms => 20,
               name => '1080p15, MJPEG over RTSP', file => 'mjpeg.avi',
               codec => [qw(-c:v mjpeg -q:v 4 -huffman default
                            -pix_fmt yuvj420p)] },
    h264  => { size => '1920x1080', fps => 15, first => $quiet, budget_ms => 20,
               name => '1080p15, H.264 over RTSP', file => 'h264.mp4',
               codec => [qw(-c:v libx264 -preset veryfast -b:v 6M -g 15 -bf 0
                            -pix_fmt yuv420p)] },
    h264s => { size => '1280x720',  fps => 15, first => $quiet, budget_ms => 10,
               name => '720p15, H.264 over RTSP', file => 'h264.mp4',
               codec => [qw(-c:v libx264 -preset veryfast -b:v 4M -g 15 -bf 0
                            -pix_fmt yuv420p)] },
);
my @rows = map {
    my ($kind, $lanes, $watched) = split(/:/);
    die "no row $_\n$usage" if !$kinds{$kind} || ($lanes || 0) !~ /^[1-9]\d*$/;
    +{ %{ $kinds{$kind} }, kind => $kind, lanes => $lanes,
      watched => $watched ? 1 : 0 };
} split(/,/, $set{rows});

my $face = 'issf-25m-precision-pistol';
my $recordings = "$Rig::build/bench/cameras";
my $dir = tempdir('cameras-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# --- recordings

# Folders of pictures of different cards, of one size and rate; made once.
sub recorded {
    my ($row) = @_;
    my @folders;

    my $n = $row->{fps} * ($row->{first} + $played);
    for my $seed (1 .. ($row->{file} ? 1 : 4)) {
        my $folder = "$recordings/$row->{size}-$row->{fps}-$row->{first}-$seed";
        push @folders, $folder;
        next if -e sprintf('%s/%05d.jpg', $folder, $n - 1);

        make_path($folder);
        system("cd '$Rig::repo' && '$Rig::build/t/lib/record' "
            . "'simulate: seed=$seed fps=$row->{fps} size=$row->{size} "
            . "shots=400 interval=1 first=$row->{first} series=0' "
            . "$face 5.6 '$folder' $n") == 0 or die 'nothing was recorded';
    }
    return @folders;
}

# The same as one file that a server streams.
sub filmed {
    my ($row) = @_;

    my ($folder) = recorded($row);
    my $file = "$folder-$row->{file}";
    return $file if -e $file;
    my $new = "$folder-new-$row->{file}";
    system('ffmpeg', '-nostdin', '-loglevel', 'error', '-y', '-framerate',
        $row->{fps}, '-i', "$folder/%05d.jpg", @{ $row->{codec} }, $new) == 0
        or die 'ffmpeg made no film';
    rename($new, $file) or die "$file: $!";
    return $file;
}

# --- the system

sub request {
    my ($port, $method, $path, $body) = @_;

    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or return '';
    $body = '' if !defined $body;
    print {$s} "$method $path HTTP/1.1\r\nHost: localhost\r\n"
        . "Connection: close\r\nContent-Type: application/json\r\n"
        . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
    local $/ = undef;
    return <$s> // '';
}

sub lane_document {
    my ($port, $lane) = @_;
    my ($text) = request($port, 'GET', "/api/lanes/$lane") =~ /\r\n\r\n(.*)/s;
    return eval { decode_json($text) } || {};
}

sub start {
    my ($row) = @_;
    my (@camera, @parts);

    my $run = "$dir/run";
    remove_tree($run);
    mkdir($run) or die "$run: $!";

    if ($row->{file}) {
        my $port = free_port();
        push @parts, child('/usr/bin/python3',
            "$Rig::repo/t/lib/rtsp_server.py", $port, filmed($row));
        $parts[0]{conf} = 1; # it ends by a signal
        sleep(0.05) while !IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
        @camera = ("rtsp://127.0.0.1:$port/stream");
    } else {
        @camera = map { "clip:$_ fps=$row->{fps}" } recorded($row);
    }

    my @lanes = map { "lane$_" } 1 .. $row->{lanes};
    open(my $fh, '>', "$run/ranges.conf") or die $!;
    for my $i (0 .. $#lanes) {
        # lanes that name one camera would share it
        my $camera = $camera[$i % @camera];
        $camera .= "?$i" if $row->{file};
        if (!$row->{file} && $i >= @camera) {
            my $link = "$run/clip$i";
            my ($folder) = $camera =~ /^clip:(\S+)/;
            symlink($folder, $link) or die $!;
            $camera = "clip:$link fps=$row->{fps}";
        }
        print {$fh} "gmshoot_range $lanes[$i] { title $lanes[$i]; camera "
            . "$camera rotate=0; target $face; caliber 5.6mm; }\n";
    }
    close($fh) or die $!;

    my $port = free_port();
    local @ENV{qw(BUILD RUN PORT RANGES)} = ($Rig::build, $run, $port,
                                             "$run/ranges.conf");
    push @parts, child('/bin/sh', '-c', 'exec "$0" 2> "$1"',
                       "$Rig::repo/tools/run.sh", "$run/log");
    $parts[-1]{conf} = 1;

    my $s = { port => $port, lanes => \@lanes, parts => \@parts };
    my $until = time + 60;
    for my $lane (@lanes) {
        while (1) {
            my $doc = lane_document($port, $lane);
            last if ($doc->{calibration}{origin} || 'none') ne 'none'
                && ($doc->{detector}{state} || '') eq 'live';
            die "$lane is not ready: " . Rig::slurp("$run/log")
                if time > $until;
            sleep(0.1);
        }
        $s->{pid}{$lane} = lane_document($port, $lane)->{process}{pid};
    }
    return $s;
}

sub stop {
    my ($s) = @_;
    close($_) for @{ $s->{viewers} || [] };
    leave($_) for reverse @{ $s->{parts} };
    return;
}

# --- figures

# Processor time of a lane: of all its threads and of what holds its stream.
sub lane_cpu_ns {
    my ($pid) = @_;
    my $sum = 0;

    for my $p ($pid, map { split(' ', Rig::slurp($_)) }
               glob("/proc/$pid/task/*/children"))
    {
        $sum += (split(' ', Rig::slurp($_)))[0] || 0
            for glob("/proc/$p/task/*/schedstat");
    }
    return $sum;
}

# Of all cores since the start, in seconds.
sub machine_busy {
    my ($user, $nice, $system, undef, undef, $irq, $softirq) =
        Rig::slurp('/proc/stat') =~ /^cpu\s+(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/;
    return ($user + $nice + $system + $irq + $softirq) / 100;
}

sub look {
    my ($s) = @_;

    my %seen = (at => time, busy => machine_busy());
    $seen{cpu} += lane_cpu_ns($_) for values %{ $s->{pid} };
    for (split(/\n/, request($s->{port}, 'GET', '/metrics'))) {
        if (/^gmshoot_frames_(\w+)_total\{[^}]*\} (\d+)/) {
            $seen{$1} += $2;
        } elsif (/^gmshoot_analyse_seconds_bucket\{.*le="([^"]+)"\} (\d+)/) {
            $seen{analyse}{$1} += $2;
        }
    }
    return \%seen;
}

# From a cumulative histogram, in ms; between two bounds as if evenly spread.
sub quantile {
    my ($q, $before, $after) = @_;

    my @bounds = sort { $a <=> $b } grep { $_ ne '+Inf' } keys %{$after};
    my $all = $after->{'+Inf'} - ($before->{'+Inf'} || 0);
    my ($below, $last) = (0, 0);
    for my $bound (@bounds) {
        my $n = $after->{$bound} - ($before->{$bound} || 0);
        if ($all > 0 && $n >= $q * $all) {
            my $part = $n > $below ? ($q * $all - $below) / ($n - $below) : 0;
            return 1000 * ($last + $part * ($bound - $last));
        }
        ($below, $last) = ($n, $bound);
    }
    return 0;
}

sub rank {
    my ($q, @v) = @_;
    @v = sort { $a <=> $b } @v;
    return @v ? $v[int($q * $#v + 0.5)] : 0;
}

# Milliseconds from the handing over of a picture to its hole here.
sub listen_for {
    my ($stream, $seconds) = @_;
    my @ms;

    my $select = IO::Select->new($stream);
    my $until = time + $seconds;
    my $text = '';
    while ((my $left = $until - time) > 0) {
        next if !$select->can_read($left);
        sysread($stream, $text, 262_144, length $text) or die 'nginx has ended';
        my $now = time;
        while ($text =~ s/^(.*?)\n\n//s) {
            my $event = $1;
            push @ms, 1000 * $now - $1 / 1000
                if $event =~ /^event: hole$/m
                && $event =~ /"t_frame_us":(\d+)/;
        }
    }
    return @ms;
}

sub live {
    my ($s, $lane) = @_;

    my $viewer = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$s->{port}")
        or die "nginx: $!";
    print {$viewer} "GET /api/lanes/$lane/live HTTP/1.1\r\nHost: localhost\r\n"
        . "\r\n";
    my $pid = fork();
    die "fork: $!" if !defined $pid;
    if (!$pid) {
        1 while sysread($viewer, my $bytes, 1 << 20);
        POSIX::_exit(0);
    }
    close($viewer);
    return $pid;
}

sub measure {
    my ($row) = @_;

    my $began = time;
    my $s = start($row);
    my @viewers = $row->{watched} ? map { live($s, $_) } @{ $s->{lanes} } : ();
    my $stream = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$s->{port}")
        or die "nginx: $!";
    print {$stream} "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n";

    for my $lane (@{ $s->{lanes} }) {
        my $said = request($s->{port}, 'POST', "/api/lanes/$lane/session", '{}');
        die "$lane: no session: $said" if $said !~ m{^HTTP/1.1 201};
        sleep(rand(0.05)); # cameras keep no step with each other
    }

    # what came until now is no part of it
    my $wait = $row->{file} ? $row->{first} - (time - $began) : 1.5;
    listen_for($stream, $wait > 1.5 ? $wait : 1.5);
    my $before = look($s);
    my @ms = listen_for($stream, $set{seconds});
    my $after = look($s);
    my ($load) = split(' ', Rig::slurp('/proc/loadavg'));

    close($stream);
    kill('TERM', @viewers);
    waitpid($_, 0) for @viewers;
    stop($s);

    my $seconds = $after->{at} - $before->{at};
    my %n = map { $_ => $after->{$_} - $before->{$_} }
        qw(captured dropped analysed bad repeated lost);
    return {
        %n,
        holes => scalar @ms,
        hole_p50_ms => rank(0.5, @ms),
        hole_p95_ms => rank(0.95, @ms),
        analyse_p50_ms => quantile(0.5, $before->{analyse}, $after->{analyse}),
        analyse_p95_ms => quantile(0.95, $before->{analyse}, $after->{analyse}),
        fps => $n{captured} / $seconds / $row->{lanes},
        cpu_percent => ($after->{cpu} - $before->{cpu}) / 1e7 / $seconds
            / $row->{lanes},
        cpu_ms => ($after->{cpu} - $before->{cpu}) / 1e6
            / ($n{analysed} || 1),
        busy_percent => 100 * ($after->{busy} - $before->{busy}) / $seconds,
        load => $load,
    };
}

# --- all of it

my $cores = () = Rig::slurp('/proc/cpuinfo') =~ /^processor\s/mg;
my @measured;
recorded($_), $_->{file} && filmed($_) for @rows;
for my $round (1 .. $set{rounds}) {
    for my $i (0 .. $#rows) {
        push @{ $measured[$i] }, measure($rows[$i]);
    }
}

sub column {
    my ($rounds, $key, $format) = @_;
    my @v = map { $_->{$key} } @{$rounds};
    return sprintf("$format ($format-$format)", median(@v), interval(@v));
}

printf "%d cores; medians of %d rounds of %d s, and between which they lie\n\n",
    $cores, $set{rounds}, $set{seconds};
printf "%-34s %5s %5s %8s %7s %16s %19s %19s %19s %19s %5s %9s\n", '', 'lanes',
    'fps', 'analysed', 'dropped', 'CPU ms a picture', '% of a core a lane', 'analysis p95 ms',
    'hole p50 ms', 'hole p95 ms', 'holes', 'busy/load';
my ($within, $least, $cpu_ms) = (0, 0, 0);
for my $i (0 .. $#rows) {
    my ($row, $rounds) = ($rows[$i], $measured[$i]);
    my %sum;
    for my $r (@{$rounds}) {
        $sum{$_} += $r->{$_} for qw(captured dropped analysed repeated holes);
    }
    my $p95 = median(map { $_->{hole_p95_ms} } @{$rounds});
    printf "%-34s %5d %5.1f %8d %7d %16s %19s %19s %19s %19s %5d %4.0f/%4.1f\n",
        $row->{name} . ($row->{watched} ? ', watched' : ''), $row->{lanes},
        median(map { $_->{fps} } @{$rounds}), @sum{qw(analysed dropped)},
        column($rounds, 'cpu_ms', '%.1f'),
        column($rounds, 'cpu_percent', '%.1f'),
        column($rounds, 'analyse_p95_ms', '%.1f'),
        column($rounds, 'hole_p50_ms', '%.1f'),
        column($rounds, 'hole_p95_ms', '%.1f'), $sum{holes},
        median(map { $_->{busy_percent} } @{$rounds}),
        median(map { $_->{load} } @{$rounds});
    next if $row->{kind} ne 'clip';
    $within = $row->{lanes} if $p95 <= $row->{budget_ms} && $row->{lanes} > $within
        && $sum{dropped} <= 0.01 * $sum{captured};

    # the more lanes, the more it is of a computer that has too much to do
    if (!$least || $row->{lanes} < $least) {
        $least = $row->{lanes};
        $cpu_ms = median(map { $_->{cpu_ms} } @{$rounds});
    }
}
if ($least) {
    printf "\nLanes of 720p30 at which p95 of picture -> hole is within %d ms and "
        . "at most 1 %% is\ndropped: %s (tried: %s).  By processor time alone, %d "
        . "would fill %d cores.\n", $kinds{clip}{budget_ms}, $within || 'none',
        join(', ', map { $_->{lanes} } grep { $_->{kind} eq 'clip' } @rows),
        int(1000 * $cores / $cpu_ms / $kinds{clip}{fps}), $cores;
}
if ($set{json}) {
    my @all = map { +{ kind => $rows[$_]{kind}, lanes => $rows[$_]{lanes},
                      watched => $rows[$_]{watched},
                      rounds => $measured[$_] } } 0 .. $#rows;
    open(my $fh, '>', $set{json}) or die "$set{json}: $!";
    print {$fh} JSON::PP->new->canonical->pretty->encode(\@all);
    close($fh) or die "$set{json}: $!";
}
