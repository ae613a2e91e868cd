# Pictures: one, and as they come.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Test::More;
use Time::HiRes qw(time sleep);

my $t = Gmshoot->new(http => 'gzip on; gzip_types *;');
my $w = $t->worker;
$w->say('lane lane1 aa');
$t->start;
$t->link_up;

# What frame ID of SIZE bytes looks like, as t/lib/fake_worker.c makes it.
sub bytes {
    my ($id, $size) = @_;
    return pack('C*', map { ($id * 31 + $_ * 7) & 0xff } 0 .. $size - 1);
}

# --- none yet

my $began = time;
$t->is_problem($t->get('/api/lanes/lane1/frame.jpg'), 503, 'picture-missing',
               'without a picture there is none');
cmp_ok(time - $began, '<', 2, 'which takes a second to find out');
is($w->expect(qr/^watch/), 'watch lane1 1', 'the lane is asked for pictures');

# --- one

$w->say('frame lane1 1 50000');
my $r = $t->get('/api/lanes/lane1/frame.jpg');
is($r->{header}{'content-type'}, 'image/jpeg', 'a picture is a JPEG');
ok($r->{body} eq bytes(1, 50000), 'byte for byte what the camera gave');
is($r->{header}{'content-encoding'}, undef, 'not compressed again');

my $etag = $r->{header}{etag};
$r = $t->get('/api/lanes/lane1/frame.jpg', { 'If-None-Match' => $etag });
is("$r->{status} $r->{body}", '304 ', 'who has it gets it no second time');

$w->say('frame lane1 2 400000');
$r = $t->get('/api/lanes/lane1/frame.jpg', { 'If-None-Match' => $etag });
is($r->{status}, 200, 'the next one is another');
ok($r->{body} eq bytes(2, 400000), 'also when it is much larger');
isnt($r->{header}{etag}, $etag, 'with a tag of its own');

$w->say('frame lane1 3 100');
$r = $t->get('/api/lanes/lane1/frame.jpg');
ok($r->{body} eq bytes(3, 100), 'or much smaller');

my $head = $t->request('HEAD', '/api/lanes/lane1/frame.jpg');
is("$head->{status} $head->{header}{'content-length'}", '200 100',
   'HEAD tells its size');

# --- a lane that makes none while nobody looks

sleep(1.2);
$w->say('lane lane2 bb');
$w->say('frame lane2 1 1000 3600');
$t->wait_for(sub { $t->get('/api/lanes/lane2')->{status} != 404 });
sleep(1.1);
my $wait = $t->sse('/api/lanes/lane2/frame.jpg');
is($w->expect(qr/^watch lane2/), 'watch lane2 1', 'it is told that one looks');
$w->say('frame lane2 2 1000');
ok($wait->whole->{body} eq bytes(2, 1000),
   'an old picture is not served when a new one comes in time, though the '
   . 'clock was put back by an hour');

# --- live

$w->say('frame lane1 4 3000');
my $live = $t->sse('/api/lanes/lane1/live');
like($live->head->{header}{'content-type'},
     qr{^multipart/x-mixed-replace;boundary=\S+$},
     'live pictures are a multipart stream');
is($live->head->{header}{'cache-control'}, 'no-store', 'for no cache');
ok($live->picture eq bytes(4, 3000), 'it begins with the newest picture, '
   . 'and the header of the next, so that a browser paints it');

for my $id (5 .. 14) {
    $w->say("frame lane1 $id " . $id * 1000);
    ok(($live->picture || '') eq bytes($id, $id * 1000),
       "picture $id comes as it is made");
}

my $second = $t->sse('/api/lanes/lane1/live');
ok($second->picture eq bytes(14, 14000), 'a second viewer sees the same');

# --- a viewer that is slow

my $slow = $t->sse('/api/lanes/lane1/live', { '-rcvbuf' => 4096 });
$slow->head;
my $last = 0;
for my $id (100 .. 219) {
    $w->say("frame lane1 $id 300000");
    $last = $id;
    $live->fill(time + 0.001);
    sleep(0.005);
}
my %fresh;
my $got = '';
while (my $p = $live->picture(2)) {
    $got = $p;
    last if $p eq bytes($last, 300000);
}
ok($got eq bytes($last, 300000), 'one that keeps up sees the last picture');

my $n = 0;
while (my $p = $slow->picture(3)) {
    $n++;
    if ($p eq bytes($last, 300000)) {
        $fresh{last} = 1;
        last;
    }
    $fresh{torn} = 1 if length($p) != 300000 && length($p) != 14000;
}
ok($fresh{last}, 'one that does not sees it in the end too');
cmp_ok($n, '<', 7, "having missed those between: $n of 120");
ok(!$fresh{torn}, 'and never half of one');

# --- watching ends with the last viewer

$w->say('wake 1');
$_->close for $live, $second;
is($w->expect(qr/^watch lane1 0/, 0.5), undef,
   'while one looks the lane makes pictures');
$slow->close;
is($w->expect(qr/^watch lane1 0/, 14), 'watch lane1 0',
   'when the last has gone it is told to stop');

# --- and begins again with a new worker

$live = $t->sse('/api/lanes/lane1/live');
$w->expect(qr/^watch lane1 1/);
$w->kill9;
$w->run;
$w->say('lane lane1 aa');
is($w->expect(qr/^watch lane1 1/), 'watch lane1 1',
   'a new worker is told who looks');
$w->say('frame lane1 1 2000');
ok($t->wait_for(sub { ($live->picture || '') eq bytes(1, 2000) }),
   'and its pictures come on the same stream');

$w->tell('hangup');
$live->picture(0.3);
ok(!$live->{eof}, 'a broken link ends no stream of pictures');

$t->is_problem($t->get('/api/lanes/nobody/live'), 404, 'lane-unknown',
               'an unknown lane has no pictures');
$t->finish;
