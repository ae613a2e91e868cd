#!/usr/bin/perl

# Recordings that are missing, empty, cut off or something else: each lane
# says in one sentence what is wrong, and the others go on.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem still grey_jpeg avi);

sub good {
    return Gmshoot::range('good', camera => 'simulate: seed=50 fps=10 '
        . 'size=640x480 first=1 interval=0.7 sigma=20 series=0 overlap=0');
}

my $t = Gmshoot->new(ranges => good());
my $w = Gmshoot::Real->new($t);

$t->start;
$w->ready('good') or diag($w->log_text);

# Pictures of a real card, 640x480, as this lane shows them
my @jpeg;
for (1 .. 6) {
    push @jpeg, still($t, 'good');
    sleep(0.12);
}

sub folder {
    my ($name, @file) = @_;
    my $n = 0;

    mkdir("$t->{dir}/$name");
    $t->put(sprintf('%s/%03d.jpg', $name, $n++), $_) for @file;
    return "clip:$t->{dir}/$name";
}

sub file {
    my ($name, $content) = @_;
    return 'clip:' . $t->put($name, $content);
}

my $avi = avi(10, 640, 480, @jpeg);
my $half = substr($jpeg[1], 0, length($jpeg[1]) / 2);
my $grey = grey_jpeg(320, 240, 128);

# Those that show it only while they play: a clip stands still until then.
my %plays = map { $_ => 1 } qw(cut halfpic somejunk othersize);

# lane, camera, state of the camera, problem, what its sentence must hold
my @bad = (
    ['missing', "clip:$t->{dir}/none.avi", 'lost', 'camera-lost',
     qr/none\.avi cannot be opened: No such file.*give the path/],
    ['empty', file('empty.avi', ''), 'lost', 'camera-lost',
     qr/empty\.avi cannot be played: it is empty/],
    ['nofolder', folder('nothing'), 'lost', 'camera-lost',
     qr/nothing holds no picture named \.jpg/],
    ['text', file('text.avi', "this is no film\n" x 100), 'lost',
     'camera-lost', qr/it is not an AVI file; convert it: ffmpeg/],
    ['nojpeg', folder('junk', 'junk' x 100), undef, undef,
     qr/picture \d+ of the clip is no JPEG/],
    ['cut', file('cut.avi', substr($avi, 0, length($avi) - 40_000)) . ' fps=10',
     undef, undef, qr/cut off after \d pictures/],
    ['halfpic', folder('half', $jpeg[0], ($half) x 3, @jpeg)
     . ' fps=10 loop=1', 'ok', 'camera-trouble',
     qr/cannot be decoded: check the camera's cable or network, or the rec/],
    ['somejunk', folder('mixed', $jpeg[0], ('junk') x 3, @jpeg)
     . ' fps=10 loop=1', 'ok', 'camera-trouble', qr/picture \d of the clip is no JPEG/],
    ['othersize', folder('size', $jpeg[0], $jpeg[1], ($grey) x 8)
     . ' fps=4', undef, 'detector-trouble',
     qr/pictures are 320x240, but .* 640x480: set the camera back or/],
    ['loop', file('loop.avi', $avi) . ' fps=10 loop=1', 'ok', undef, undef],
);

my $pid = $w->lane_pid('good');
my $captured = $w->state('good')->{camera}{captured};

$t->write_conf(ranges => good() . join('', map {
    Gmshoot::range($_->[0], camera => $_->[1])
} @bad));
$t->reload;

for (@bad) {
    my ($lane, undef, $state, $type, $said) = @{$_};
    my $last = {};

    if ($plays{$lane}) {
        $t->wait_for(sub {
            ($w->state($lane)->{calibration}{origin} || '') eq 'auto';
        }, "$lane to be calibrated");
        my $r = $t->json('POST', "/api/lanes/$lane/session", {});
        is($r->{status}, 201, "$lane: a session starts and plays the clip")
            or diag($r->{body});
    }

    my $found = $t->wait_for(sub {
        $last = $w->state($lane);
        return if !$last->{camera};
        return if $state && $last->{camera}{state} ne $state;
        return 1 if !$said;
        my ($p) = grep { !$type || $_->{type} eq $type } @{ $last->{problems} };
        return $p && $p->{detail} =~ $said ? $p : undef;
    }, undef, 6);

    ok($found, "$lane: the lane says what is wrong")
        or diag(Gmshoot::Trouble::said($last));
    next if !ref $found;
    unlike($found->{detail}, qr/\n|\.\s+[A-Z]/, "$lane: in one sentence");
}

# What was seen once is still to be read a moment later
for my $lane ('halfpic', 'somejunk', 'nojpeg') {
    my $seen = 0;
    for (1 .. 10) {
        $seen++ if grep { /^camera/ } map { $_->{type} }
            @{ $w->state($lane)->{problems} };
        sleep(0.05);
    }
    is($seen, 10, "$lane: the trouble stays readable while it lasts");
}

is($w->lane_pid('good'), $pid, 'the good lane was not restarted');
cmp_ok($w->state('good')->{camera}{captured}, '>', $captured + 5,
       'and saw its pictures all the time');
is(join(' ', map { $_->{type} } @{ $w->state('good')->{problems} }), '',
   'without a problem');

# What is missing may come: without any restart
my $lost = $w->lane_pid('missing');
$t->put('none.avi', $avi);
ok($t->wait_for(sub { $w->state('missing')->{camera}{state} eq 'ok' },
    'the camera', 8), 'a recording that was missing is taken when it is there');
is($w->lane_pid('missing'), $lost, 'by the same process');

my %said;
$said{$_}++ for grep { s/"ts":"[^"]*"// && /"level":"(?:warn|error)"/ }
    split(/\n/, $w->log_text);
is(join("\n", grep { $said{$_} > 2 } sort keys %said), '',
   'the log says nothing again and again');

$w->finish;
$t->finish;
