#!/usr/bin/perl

# Clips that are video: what `gmshoot detect` finds in MP4, MKV and AVI with
# H.264 is what it finds in the pictures that they were made of, and a lane
# plays them.  Cut off or odd ones are refused with a reason.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Real;

my ($ffmpeg) = grep { -x } map { "$_/ffmpeg" } split(/:/, $ENV{PATH});
plan(skip_all => 'no ffmpeg to make videos with') if !$ffmpeg;

my $program = "$Gmshoot::build/gmshoot";
my $t = Gmshoot->new(ranges => '');
my $dir = $t->{dir};
chdir $Gmshoot::repo or die $!;

mkdir("$dir/pictures") or die $!;
is(system("$Gmshoot::build/t/lib/record", 'simulate: fps=15 size=640x480 '
    . 'seed=20 backer=grey noise=0.7 shots=3 first=1 interval=1 series=0 '
    . 'sigma=14 overlap=0', 'issf-10m-air-pistol', '4.5', "$dir/pictures", 70),
   0, 'a range is recorded');

sub ffmpeg {
    return system($ffmpeg, qw(-nostdin -v error), @_) == 0;
}

ok(ffmpeg(qw(-framerate 15 -pattern_type glob -i), "$dir/pictures/*.jpg",
          qw(-c:v libx264 -preset fast -crf 16 -pix_fmt yuv420p),
          "$dir/clip.mp4"), 'as MP4');
ok(ffmpeg('-i', "$dir/clip.mp4", '-c', 'copy', "$dir/clip.$_"), "as $_")
    for qw(mkv avi);
ok(ffmpeg(qw(-framerate 15 -pattern_type glob -i), "$dir/pictures/*.jpg",
          qw(-c:v copy), "$dir/jpegs.mkv"), 'as JPEGs in MKV');

sub detect {
    my ($clip) = @_;
    my @lines = map { decode_json($_) } qx($program detect --camera \\
        'clip:$dir/$clip' --target issf-10m-air-pistol --caliber 4.5mm 2>&1);
    return ([ grep { $_->{event} eq 'shot' } @lines ], $lines[-1]);
}

my ($shots, $end) = detect('pictures fps=15');
is(scalar @$shots, 3, 'three shots are in the pictures');

for my $clip (qw(clip.mp4 clip.mkv clip.avi jpegs.mkv)) {
    my ($seen, $last) = detect($clip);
    is($last->{frames}, $end->{frames}, "every picture of $clip is looked at");
    is(scalar @$seen, 3, 'the shots are found');
    is(scalar(grep {
        my ($was, $is) = ($shots->[$_], $seen->[$_]);
        $was->{first_frame} == $is->{first_frame}
            && abs($was->{x_px} - $is->{x_px}) < 1.5
            && abs($was->{y_px} - $is->{y_px}) < 1.5;
    } 0 .. 2), 3, 'in the same pictures at the same places')
        or diag(encode_json([ $shots, $seen ]));
}

# What is no whole video

my $mp4 = Gmshoot::slurp("$dir/clip.mp4");
my $mkv = Gmshoot::slurp("$dir/clip.mkv");
my %odd = (
    'cut.mp4' => substr($mp4, 0, length($mp4) / 2),
    'noise.mp4' => substr($mp4, 0, 48) . join('', map { chr(rand(256)) } 1 .. 9e4),
    'head.mkv' => substr($mkv, 0, 64),
    'empty.mp4' => "\0\0\0\x08ftyp" . "\0" x 8,
);
for my $name (sort keys %odd) {
    $t->put($name, $odd{$name});
    my $said = qx($program detect --camera clip:$dir/$name \\
        --target issf-10m-air-pistol --caliber 4.5mm 2>&1);
    is($? >> 8, 1, "$name is refused");
    like($said, qr/the clip \S*\Q$name\E cannot be played: \Q$name\E \S/,
         'with a reason');
}

$t->put('cut.mkv', substr($mkv, 0, length($mkv) / 2));
(undef, my $last) = detect('cut.mkv');
cmp_ok($last->{frames}, '>', 5, 'a recording that broke off plays to its break');
cmp_ok($last->{frames}, '<', $end->{frames}, 'and no further');

# On a lane

my $lane = Gmshoot->new(ranges => Gmshoot::range('lane1',
                                                camera => "clip:$dir/clip.mp4"));
my $w = Gmshoot::Real->new($lane);
$lane->start;
$w->ready('lane1') or diag($w->log_text);
is($lane->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'a lane sees its first picture');
ok($lane->wait_for(sub {
    return (($w->state('lane1')->{session} || {})->{counted} || 0) == 3;
}, 'the shots', 30), 'and plays it when the session begins')
    or diag($w->log_text);

$w->finish;
$lane->finish;
