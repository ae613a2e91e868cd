# Words that nobody would write, by a fixed seed: in the parameters, in the
# body, in the headers that the module reads.  GMS_SEED=N for others.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use JSON::PP;
use Test::More;

srand($ENV{GMS_SEED} || 1);

my $t = Gmshoot->new;
my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 5 100');
$w->say('state lane1 5 {"lane":"lane1","seq":5}');
$w->say('answer 200 {}');
$t->start;
$t->link_up;

no warnings 'qw';
my @words = ('', qw(a limit cursor " \\ { } [ ] : , null 0 -1 1e999), '=', '&',
             '&&', '%', '%0', '%zz', '%00', '%0a', '%22', '%5c', '%7f', '%c3',
             '%ff', '%ed%a0%80', '%2e%2e%2f', '+', ';', '?', "\xc3\xb8", "\xff",
             '/', '..', 'k' x 90, '%41' x 30);

sub noise {
    my ($most) = @_;
    return join('', map { $words[rand @words] } 1 .. 1 + rand $most);
}

sub is_object {
    my ($text) = @_;
    return ref(eval { JSON::PP->new->latin1->decode($text) } || '') eq 'HASH';
}

# Problems and answers are objects all; nginx's own refusals are pages.
sub is_sound {
    my ($r) = @_;
    return $r->{status} == 400 && $r->{header}{'content-type'} eq 'text/html'
        || $r->{status} =~ /^(?:200|4\d\d)$/ && is_object($r->{body});
}

# --- parameters

my (@odd, $came);
for my $i (1 .. 200) {
    my $query = noise(8);
    my $r = $t->get("/api/sessions?$query");
    push @odd, "$query: $r->{status} $r->{body}" if !is_sound($r);
    next if $r->{status} != 200;
    my $ask = $w->expect(qr/^ask/) || '';
    my ($size, $body) = $ask =~ /size=(\d+) body=(.*)/;
    $came++ if $size;
    push @odd, "$query: $ask"
        if !$size || $size <= 200 && !is_object($body);
}
is(join("\n", @odd), '', 'whatever the parameters, the worker gets an object');
cmp_ok($came || 0, '>', 100, "and gets most of them: $came");

# --- bodies, with a key and a cookie

my $good = '{"shooter":"guest","target":"issf-10m-air-pistol","sighters":true}';

sub damaged {
    my $body = $good;
    for (1 .. rand 4) {
        my $how = int rand 3;
        my $at = int rand(1 + length $body);
        substr($body, $at, $how == 2 ? 5 : 0, $how ? chr(int rand 256)
                                                   : noise(2));
    }
    return $body;
}

@odd = ();
for my $i (1 .. 150) {
    my $body = damaged();
    my $r = $t->request('POST', '/api/lanes/lane1/session', {
        'Content-Type' => 'application/json' . (rand() < .2 ? noise(1) : ''),
        'Idempotency-Key' => rand() < .5 ? noise(2) : undef,
        'Cookie' => rand() < .5 ? 'gmshoot_device=' . noise(3) : undef,
    }, $body);
    push @odd, "$body: $r->{status} $r->{body}" if !is_sound($r);
}
is(join("\n", @odd), '', 'whatever the body, there is an answer');
is($t->get_json('/api/lanes')->{link}, 'up', 'and the link stays');

# --- where a stream goes on from

my @ids = ('00000000000000aa-3', '00000000000000aa-', '-', '3', '0' x 15,
           'f' x 16 . '-18446744073709551615', "\xff", '00000000000000bb-1');

my $newest = qr/^0{14}aa-5$/;

@odd = ();
for my $i (1 .. 100) {
    my $id = $ids[rand @ids];
    substr($id, int rand(1 + length $id), rand() < .5 ? 1 : 0,
           rand() < .5 ? chr(32 + int rand 220) : int rand 10) if rand() < .7;
    my $s = $t->sse('/api/lanes/lane1/events', { 'Last-Event-ID' => $id });
    my $retry = $s->next;
    my $first = $s->next;
    $first = $s->next if ($first->{event} || '') eq 'lane' && $id !~ $newest;
    my $is_right = $id =~ $newest ? $first->{event} eq 'lane'
        : $id =~ /^0{14}aa-([1-4])$/ ? ($first->{json}{seq} || 0) == $1 + 1
        : ($first->{event} || '') eq 'snapshot';
    push @odd, $id if !$retry->{retry} || !$is_right;
    $s->close;
}
is(join("\n", @odd), '', 'a stream goes on behind an id of this lane, and '
   . 'begins anew by any other');

$t->finish;
