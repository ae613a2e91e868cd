#!/usr/bin/perl

# html/openapi.json describes what there is, all of it and nothing else: its
# paths are those of the module's table, and what a running system answers is
# as its schemas say.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Digest::SHA qw(sha256_hex);
use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Schema;

my $schema = Gmshoot::Schema->new("$Gmshoot::repo/html/openapi.json");
my $doc = $schema->doc;

# --- the check itself: it must be able to say no

my @cases = (
    [ 'a number is no text',        '1',        '{"type":"string"}', 1 ],
    [ 'a text is no number',        '"1"',      '{"type":"number"}', 1 ],
    [ 'an integer is a number',     '1',        '{"type":"number"}', 0 ],
    [ 'a fraction is no integer',   '1.5',      '{"type":"integer"}', 1 ],
    [ 'instants may be floats',     '1.79523117449195e+15',
                                                '{"type":"integer"}', 0 ],
    [ 'true is no integer',         'true',     '{"type":"integer"}', 1 ],
    [ 'one of several types',       'null',     '{"type":["array","null"]}',
                                                0 ],
    [ 'a word of the list',         '"up"',     '{"enum":["up","down"]}', 0 ],
    [ 'no word of the list',        '"on"',     '{"enum":["up","down"]}', 1 ],
    [ 'a digit is not its text',    '"1"',      '{"const":1}', 1 ],
    [ 'a missing member',           '{}',       '{"required":["a"]}', 1 ],
    [ 'a member nobody described',  '{"a":1}',  '{"properties":{}}', 1 ],
    [ 'an object that is open',     '{"a":1}',
      '{"properties":{},"additionalProperties":true}', 0 ],
    [ 'a member of another type',   '{"a":1}',
      '{"properties":{"a":{"type":"string"}}}', 1 ],
    [ 'an item of another type',    '[1,"a"]',
      '{"items":{"type":"integer"}}', 1 ],
    [ 'an item too many',           '[1,2]',
      '{"prefixItems":[{"type":"integer"}],"items":false}', 1 ],
    [ 'too few items',              '[1]',      '{"minItems":2}', 1 ],
    [ 'a pattern',                  '"lane 1"', '{"pattern":"^[a-z0-9]+$"}',
                                                1 ],
    [ 'limits',                     '110',      '{"maximum":109}', 1 ],
    [ 'any of two',                 'null',
      '{"anyOf":[{"type":"object"},{"type":"null"}]}', 0 ],
    [ 'none of two',                '1',
      '{"anyOf":[{"type":"object"},{"type":"null"}]}', 1 ],
    [ 'a reference',                '{"status":"bad"}',
      '{"$ref":"#/components/schemas/Ok"}', 1 ],
);

for my $case (@cases) {
    my ($name, $data, $rule, $wrong) = @$case;
    my $json = JSON::PP->new->allow_nonref;
    my @wrong = $schema->wrong($json->decode($data), $json->decode($rule));
    is(scalar @wrong, $wrong, "the check knows $name") or diag("@wrong");
}

# --- the document as such

my %used;

sub each_node {
    my ($node, $code) = @_;

    if (ref $node eq 'HASH') {
        $code->($node);
        each_node($_, $code) for values %$node;
    } elsif (ref $node eq 'ARRAY') {
        each_node($_, $code) for @$node;
    }
    return;
}

each_node($doc, sub {
    my ($node) = @_;
    $used{ $node->{'$ref'} }++
        if defined $node->{'$ref'} && !ref $node->{'$ref'};
});
is(join(' ', grep { !eval { $schema->at($_) } } sort keys %used), '',
   'every reference leads somewhere');
for my $part (sort keys %{ $doc->{components} }) {
    is(join(' ', grep { !$used{"#/components/$part/$_"} }
                 sort keys %{ $doc->{components}{$part} }),
       '', "none of the $part is there for nothing");
}

my (%operation, %ids);
for my $path (keys %{ $doc->{paths} }) {
    my $item = $doc->{paths}{$path};
    for my $method (grep { ref $item->{$_} eq 'HASH' } keys %$item) {
        $operation{ uc($method) . " $path" } = $item->{$method};
        $ids{ $item->{$method}{operationId} }++;
    }
}
is(join(' ', grep { $ids{$_} != 1 } sort keys %ids), '',
   'no two operations share an id');

# --- the same requests as in the module

my $source = Gmshoot::slurp(
    "$Gmshoot::repo/ngx_module/ngx_http_gmshoot_api.c");
my %route;
while ($source =~ /\{ \s* NGX_HTTP_([A-Z]+), \s* "([^"]+)", \s*
                   GMS_ROLE_([A-Z]+), \s* \w+, \s* (?:"([a-z.]+)"|NULL),
                   [^"}]* (?:"(\w+)")?/gx) {
    my ($method, $path, $role, $verb, $arg) = ($1, $2, lc $3, $4, $5);
    $path =~ s/^(lane|session)s\/\K\*/{$1}/;
    $path =~ s/\*/{$arg}/;
    $route{"$method /api/$path"} = $role . (defined $verb ? " $verb" : '');
}
cmp_ok(scalar keys %route, '>', 10, 'the module has a table of requests');

my %described = map {
    my $op = $operation{$_};
    $_ => join(' ', map { defined $op->{$_} ? $op->{$_} : () }
                     qw(x-role x-verb));
} grep { m{ /api/} } keys %operation;
is_deeply(\%described, \%route,
          'openapi.json names the paths, methods, roles and commands of the '
          . 'module, and no others');

# A command is repeated when nobody knows whether it was done.  Trying and verifying do
# nothing, nor does scoring a photograph; what lets somebody in is shown once, the next picture is another one.
is(join(' ', grep { /^POST / && !m{/(?:verify|try|devices|code|join|frame|invitation|photo|score)$}
        && !grep { ($_->{'$ref'} || '') =~ m{/key$} }
               @{ $operation{$_}{parameters} || [] } } sort keys %operation),
   '', 'every POST takes an Idempotency-Key');

my $conf = Gmshoot::slurp("$Gmshoot::repo/conf/site.conf");
my @status = $conf =~ /location = (\S+)\s*\{\s*gmshoot_status/g;
is_deeply([ sort map { "GET $_" } @status ],
          [ sort grep { !m{ /api/} } keys %operation ],
          'and those of gmshoot_status as conf/site.conf has them');

my $events = $doc->{components}{responses}{Events}{content}
    {'text/event-stream'}{'x-events'};
my ($table) = Gmshoot::slurp("$Gmshoot::repo/docs/events.md")
    =~ /^(\| event \|.*?)\n\n/ms;
is_deeply([ sort keys %$events ], [ sort $table =~ /^\| `([\w.]+)` \|/mg ],
          'the events are those of docs/events.md');

my %trouble;
for my $file (qw(document.c lane.c)) {
    my $text = Gmshoot::slurp("$Gmshoot::repo/worker/lane/$file");
    $trouble{$1}++ while $text =~ /document_problem\(\s*list, "([a-z-]+)"/g;
    $trouble{$1}++ while $text =~ /\\"type\\":\\"([a-z-]+)\\"/g;
}
is_deeply([ sort @{ $schema->at('#/components/schemas/Troubles')
                    ->{items}{properties}{type}{enum} } ],
          [ sort keys %trouble ],
          'a lane has the troubles that its document knows');

# --- what a running system says

my $t = Gmshoot->new(
    server => "root $Gmshoot::repo/html;",
    ranges => Gmshoot::range('lane1', camera => 'simulate: seed=1 fps=10 size=640x480 '
        . 'first=1.5 interval=0.5 jitter=0 series=0 shots=4 overlap=0',
        rounds => 'auto floor=0s high=1.5 low=1')
        . Gmshoot::range('lane2', camera => "clip:$Gmshoot::repo/none.avi")
        . Gmshoot::range('lane3', camera => "clip:$Gmshoot::repo/no.avi"));

# Where lane3 keeps its journal something else lies.
mkdir "$t->{dir}/state";
mkdir "$t->{dir}/state/lanes";
$t->put('state/lanes/lane3', 'not a folder');

my $w = Gmshoot::Real->new($t);
$t->start;

# Two streams: what only one of them shows would be a mistake of the other.
my %stream = (
    'of one lane' => $t->sse('/api/lanes/lane1/events'),
    'of all' => $t->sse('/api/events'),
);

my (%got, @wrong);

sub take {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while (time < $until) {
        for my $name (sort keys %stream) {
            my $e = $stream{$name}->next(0.02) or next;
            my $type = $e->{event} or next;
            $got{$name}{$type}++;
            push @wrong, map { "$type $name: $_" } $e->{json}
                ? $schema->wrong($e->{json}, $events->{$type}
                                             || { enum => [] })
                : 'no JSON';
        }
    }
    return;
}

# The operation's answer of this status, followed to its schema.
sub answers {
    my ($method, $path, $status, $body, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $place = $path =~ s{^/api/lanes/\K[^/]+}{\{lane\}}r;
    $place =~ s{/sessions/\K[^/]+}{\{session\}};
    $place =~ s{^/api/(?:shooters|equipment|devices)/\K(?!join$)[^/]+}{\{id\}};
    $place =~ s{/complaints/\K\d+}{{id}};
    $place =~ s{/frames/\K\d+-\d+(?=\.jpg$)}{{name}};
    $place =~ s{/frames/\K\d+(?=\.jpg$)}{{t_us}};
    $place =~ s{/\d+(?=\.jpg$)}{/{n}};
    $place =~ s{/(?:shots|tips)/\K\d+}{\{n\}};
    $place =~ s/\?.*//;
    my $r = ref $body eq 'SCALAR' ? $t->request($method, $path,
                                        { 'Content-Type' => 'image/jpeg' }, $$body)
          : defined $body         ? $t->json($method, $path, $body)
          :                         $t->request($method, $path);
    is($r->{status}, $status, $name) or diag($r->{body});

    my $answer = $operation{"$method $place"}{responses}{ $r->{status} };
    $answer = $schema->at($answer->{'$ref'}) if $answer && $answer->{'$ref'};
    if (!ok($answer, "$status is an answer that $method $place may give")) {
        return $r;
    }

    my ($type) = $r->{header}{'content-type'} =~ /^([^;]+)/;
    my $media = $answer->{content}{$type};
    ok($media, "and $type may come with it") or return $r;

    if ($type =~ /json/) {
        my $data = eval { JSON::PP->new->decode($r->{body}) };
        is(join("\n", $schema->wrong($data, $media->{schema})), '',
           "what $method $place says with $status is as its schema says");
        $r->{json} = $data;
    }
    return $r;
}

answers('GET', '/api/lanes', 200, undef, 'the lanes before they are ready');
ok($w->ready('lane1'), 'lane1 becomes ready');

is_deeply(JSON::PP->new->utf8->decode($t->get('/openapi.json')->{body}), $doc,
          'the document is served beside the pages');

my @lane = ('/api/lanes/lane1', '/api/lanes/lane1/session',
            '/api/lanes/lane1/calibration');
answers('GET', $lane[2], 200, undef, 'the calibration that was found');
answers('POST', $lane[2], 200, undef, 'and found again');
my $old = answers('GET', $lane[2], 200, undef, 'read')->{json};
answers('PUT', $lane[2], 200,
        { homography_mm_to_px => $old->{homography_mm_to_px} },
        'and set by hand');
answers('PUT', $lane[2], 422, { homography_mm_to_px => [1] }, 'if it is one');
answers('POST', "$lane[2]/confirm", 200, { upright => JSON::PP::true },
        'confirmed');
answers('POST', "$lane[2]/confirm", 422, { rotate => 45 }, 'and not a little');
answers('POST', "$lane[2]/verify", 200,
        { x_mm => 0, y_mm => 0, x_px => 640, y_px => 360 }, 'verified');
answers('POST', "$lane[2]/try", 200,
        { homography_mm_to_px => $old->{homography_mm_to_px} }, 'tried');
answers('POST', "$lane[2]/undo", 200, undef, 'undone');
answers('POST', "$lane[2]/undo", 200, undef, 'undone again');
answers('POST', "$lane[2]/undo", 409, undef, 'to the first');
answers('PUT', $lane[2], 400, [1], 'and an object');
answers('POST', $lane[2], 200, {}, 'an empty object is like nothing');

answers('PATCH', $lane[1], 409, { state => 'paused' },
        'no session to be paused');
answers('GET', '/api/lanes/lane1/stats', 200, undef, 'no statistics either');
answers('GET', '/api/lanes/lane1/advice', 200, undef, 'nor advice');
my $start = answers('POST', $lane[1], 201,
    { nickname => 'anna', caliber => '4.5mm', distance_m => 10 },
    'a session starts');
answers('POST', $lane[1], 409, {}, 'one at a time');
answers('POST', $lane[2], 409, {}, 'calibrating is for later');
answers('POST', $lane[1], 422, { wind => 3 }, 'fields must be known');

answers('POST', "$lane[0]/code", 200, {}, 'a code');
my $code = answers('POST', "$lane[0]/code", 200,
    { session => $start->{json}{session} }, 'the same')->{json}{code};
answers('POST', "$lane[0]/code", 409, { session => 'none' }, 'of which');
answers('POST', "$lane[0]/join", 403, { code => 'AAAAAA' }, 'another one');
answers('POST', "$lane[0]/join", 422, {}, 'none');
answers('POST', "$lane[0]/join", 200, { code => $code }, 'a phone');
answers('GET', "$lane[0]/access", 200, undef, 'who that is');
take(5);
my $shared = answers('POST', '/api/lanes/lane1/sessions', 201,
    { nickname => 'bob' }, 'a session beside it')->{json}{session};
my $path = '/api/lanes/lane1/sessions';
answers('GET', $path, 200, undef, 'both');
answers('GET', "$path/$shared", 200, undef, 'one of them');
answers('GET', "$path/lane1-0-0", 404, undef, 'one that is none');
answers('GET', $lane[1], 200, undef, 'the one that has the lane');
answers('PATCH', "$path/$start->{json}{session}", 200,
        { active => JSON::PP::true }, 'a swap');
answers('PATCH', "$path/$shared", 200, { sighters => JSON::PP::true },
        'sighters');
answers('PATCH', $lane[1], 409, { nickname => 'eve' }, 'it is claimed');
answers('DELETE', "$path/$shared", 200, undef, 'the other ends');
answers('GET', '/api/lanes', 200, undef, 'the lanes with shots');
my $state = answers('GET', $lane[0], 200, undef, 'the lane with shots');
cmp_ok(scalar @{ $state->{json}{shots}{rows} }, '>', 0, 'there are some');

my $shot = "$lane[0]/shots";
my $seen = answers('GET', "$shot/1", 200, undef, 'one of them')->{json};
answers('POST', "$shot/1/call", 201, { x_mm => 0, y_mm => 0 }, 'where it went');
answers('POST', "$shot/1/call", 409, { x_mm => 1, y_mm => 0 }, 'once');
answers('POST', "$shot/1/call", 422, { x_mm => 'left', y_mm => 0 }, 'in mm');
answers('POST', "$shot/999/call", 404, { x_mm => 0, y_mm => 0 }, 'of none');
my $out = { what => 'remove', base => $seen->{seq}, reason => 'a fly' };
answers('POST', "$shot/1/corrections", 200, $out, 'it was none');
my $late = answers('POST', "$shot/1/corrections", 409, $out, 'somebody else');
is($late->{json}{shot}{standing}, 'removed', 'sees what it is now');
answers('POST', "$shot/1/corrections", 422, {}, 'a correction says what');
answers('POST', "$shot/999/corrections", 404, $out, 'and of which shot');
$seen = answers('GET', "$shot/1", 200, undef, 'its history')->{json};
answers('POST', "$shot/1/corrections", 200, { what => 'restore',
        base => $seen->{seq}, reason => 'it was one' }, 'brought back');
answers('POST', $shot, 201, { ring => 8, reason => 'seen' }, 'one by hand');
answers('POST', $shot, 422, { ring => 80, reason => 'seen' }, 'within reason');
answers('GET', "$shot/999", 404, undef, 'and no other');
answers('GET', $lane[0], 200, undef, 'the lane with corrections');
take(0.5);

my $about = "/api/sessions/$start->{json}{session}";
answers('GET', "$about/shots/1.jpg", 200, undef, 'the picture of a shot');
answers('GET', "$about/shots/999.jpg", 404, undef, 'one that is none');
ok($t->wait_for(sub { $t->get("$about/shots/1/frames")->{status} == 200 },
                'a film', 20), 'a film of it is kept');
my $film = answers('GET', "$about/shots/1/frames", 200, undef,
                   'its pictures')->{json};
answers('GET', $film->{frames}[0]{picture}, 200, undef, 'one of them');
answers('GET', $film->{film}, 200, undef, 'all of them');
answers('GET', "$about/shots/999/frames", 404, undef, 'a film that is none');
answers('POST', '/api/lanes/lane1/paper', 200, { paper => 'new' },
        'another paper');
answers('POST', '/api/lanes/lane1/paper', 422, { paper => 'old' },
        'a paper that is none');
answers('GET', "$about/papers/1.jpg", 200, undef, 'the one that went');
answers('GET', '/api/lanes/lane1/candidates', 200, undef, 'what was no shot');
my $frames = answers('GET', '/api/lanes/lane1/frames?around=1&reach=60s', 200,
                     undef, 'the pictures around a shot')->{json};
cmp_ok(scalar @{ $frames->{frames} || [] }, '>', 5, 'of which there are some');
answers('GET', $frames->{frames}[0]{picture}, 200, undef, 'one of them');
answers('GET', '/api/lanes/lane1/frames/1.jpg', 404, undef, 'one of long ago');
answers('GET', '/api/lanes/lane1/frames?around=999', 404, undef,
        'around no shot');
answers('GET', '/api/lanes/lane1/frames?around=x', 422, undef,
        'around nothing');
my $complaint = answers('POST', '/api/lanes/lane1/complaints', 201, {},
                        'a shot is missing')->{json}{complaint};
ok($t->wait_for(sub {
    $t->get("/api/lanes/lane1/complaints/$complaint.json")->{status} == 200
}, 'the film', 20), 'which is filmed');
answers('GET', '/api/lanes/lane1/complaints', 200, undef, 'complaints');
answers('GET', "/api/lanes/lane1/complaints/$complaint.json", 200, undef,
        'what was known');
answers('GET', "/api/lanes/lane1/complaints/$complaint.avi", 200, undef,
        'what was seen');
answers('POST', '/api/lanes/lane1/complaints', 422, { why => 'x' },
        'no more is asked');
answers('POST', '/api/lanes/lane1/complaints', 404, { shot => 4999, reason => 'x' },
        'a shot that is none');
my $protest = answers('POST', '/api/lanes/lane1/complaints', 201,
    { shot => 1, reason => 'it touches the line' }, 'a protest')->{json}{complaint};
answers('POST', '/api/lanes/lane1/complaints', 409, { shot => 1, reason => 'x' },
        'once');
answers('PATCH', "/api/lanes/lane1/complaints/$protest", 422, { state => 'upheld' },
        'decided without a word');
answers('PATCH', "/api/lanes/lane1/complaints/$protest", 200,
        { state => 'upheld', text => 'a ten', author => 'Olga' }, 'decided');
answers('PATCH', "/api/lanes/lane1/complaints/$protest", 409,
        { state => 'withdrawn' }, 'once as well');
answers('PATCH', '/api/lanes/lane1/complaints/999999', 404,
        { state => 'withdrawn' }, 'one that is none');
answers('GET', '/api/lanes/lane1/complaints', 200, undef, 'both are told of');
answers('DELETE', "/api/lanes/lane1/complaints/$complaint", 200, undef,
        'it goes');
answers('DELETE', "/api/lanes/lane1/complaints/$complaint", 404, undef,
        'once');
my $stats = answers('GET', '/api/lanes/lane1/stats', 200, undef,
                    'what the shots tell');
cmp_ok($stats->{json}{statistics}{session}{n}, '>', 0, 'of those there are');
answers('GET', '/api/lanes/lane1/advice', 200, undef, 'what could be done');
my $advice = answers('GET', '/api/lanes/lane1/advice?hand=left&gun=pistol'
    . '&click=0.25moa&sight=front&level=beginner&confidence=0.5', 200, undef,
    'by gun and hand');
is($advice->{json}{advice}{level}, 'beginner', 'and level');
answers('GET', '/api/lanes/lane1/advice?gun=bow', 422, undef,
        'a gun that is none');
answers('GET', '/api/lanes/lane1/advice?' . 'a' x 1100, 414, undef,
        'parameters without end');
answers('GET', '/api/drills', 200, undef, 'the drills');
answers('POST', "$lane[0]/tips", 201, { text => 'Mind the grip', shot => 1 },
        'a tip');
answers('POST', "$lane[0]/tips", 201, { drill => 'final-shot' }, 'a drill');
answers('POST', $shot, 201, { ring => 9, reason => 'seen' },
        'and its shot');
answers('POST', "$lane[0]/tips", 422, { text => '' }, 'no tip');
answers('PATCH', "$lane[0]/tips/1", 200, { acknowledged => JSON::PP::true },
        'heard');
answers('PATCH', "$lane[0]/tips/99", 404, { acknowledged => JSON::PP::true },
        'not said');
answers('POST', "$lane[0]/show", 200, { shot => 1, strokes => [[0, 0, 5, 5]] },
        'something to see');
answers('POST', "$lane[0]/show", 422, { picture => 'camera' }, 'of no instant');
take(0.5);
answers('GET', $lane[0], 200, undef, 'the lane with it all');
answers('DELETE', "$lane[0]/show", 200, undef, 'nothing more to see');
ok($w->kept, 'the history follows');
my $all = answers('GET', '/api/sessions', 200, undef, 'all sessions')->{json};
my ($kept) = grep { $_->{id} eq $start->{json}{session} }
    @{ $all->{sessions} };
is($kept->{counted}, $t->get_json($lane[1])->{session}{counted},
   'and has what was shot');
answers('GET', '/api/sessions?limit=1&shooter=anna&from=2020-01-01', 200, undef,
        'some');
answers('GET', '/api/sessions?limit=1000', 422, undef, 'not so many');
answers('GET', '/api/sessions?' . 'a' x 1100, 414, undef, 'nor so much');
my $whole = answers('GET', $about, 200, undef, 'one with its shots');
cmp_ok(scalar @{ $whole->{json}{shots} }, '>', 0, 'which are there');
my ($evidence) = @{ $whole->{json}{evidence} };
is(sha256_hex($t->get($evidence->{href})->{body}), $evidence->{sha256},
   'with the hash of its picture');

# The journal as a file, through the other program of the same figures.
my $gmshoot = "$Gmshoot::build/gmshoot";
my $export = `$gmshoot export --state $t->{dir}/state $kept->{id} |
    $gmshoot stats --distance 10m`;
my $figures = answers('GET', "$about/stats", 200, undef, 'all figures')->{json};
my $same = JSON::PP->new->decode($export);
my $splits = $figures->{statistics}{splits}; # a file has milliseconds
is($splits->{n}, $same->{splits}{n}, 'of as many times');
$same->{splits} = $splits;
is_deeply($figures->{statistics}, $same, 'are those of gmshoot stats')
    or diag($export);
is($figures->{next}, undef, 'with all rounds');
answers('GET', "$about/stats?limit=1&cursor=1", 200, undef, 'or some');
answers('GET', "$about/stats?$_", 422, undef, "not $_")
    for qw(limit=0 limit=201 cursor=x round=1);
answers('GET', '/api/sessions/lane1-0000000000000000-1/stats', 404, undef,
        'nor of one that is none');
my $page = answers('GET', '/api/calibrations?lane=lane1&limit=1', 200, undef,
                   'the newest calibration')->{json};
answers('GET', "/api/calibrations?cursor=$page->{next}", 200, undef,
        'those before');
answers('GET', '/api/calibrations?cursor=7', 422, undef, 'not from anywhere');
for my $what (qw(trends?shooter=anna trends?shooter=anna&limit=1
                 stats?by=day&cursor=2020-01-01 bests?shooter=anna heat stats?by=lane
                 stats?by=day stats?by=equipment&from=2020-01-01 shooters
                 shooters?limit=1 equipment system activity
                 activity?lane=lane1&from=2020-01-01&limit=1 performance
                 lanes/lane1/performance?since=1 problems/past?limit=1)) {
    answers('GET', "/api/$what", 200, undef, $what);
}
answers('GET', "/api/$_", 422, undef, "not $_")
    for qw(trends trends?shooter=anna&limit=0 stats?by=day&cursor=yesterday
           bests?shooter=anna&a=b heat?from=never stats stats?by=wind
           stats?by=lane&caliber=9 shooters?limit=0 equipment?limit=x
           system?a=b activity?limit=0 performance?since=x
           lanes/lane1/performance?a=b problems/past?cursor=7);

# A photograph, which is the lane's own picture here: what it shows is known.
my $faces = answers('GET', '/api/targets', 200, undef, 'all faces')->{json};
cmp_ok(scalar @{ $faces->{targets} }, '>', 20, 'of the library');
my $photo = $t->get('/api/lanes/lane1/frame.jpg')->{body};
my $on = '?target=issf-10m-air-pistol';
my $seen_there = answers('POST', "/api/photo$on", 200, \$photo, 'a photograph')
    ->{json};
my $known = $t->get_json('/api/lanes/lane1')->{calibration};
cmp_ok(abs($seen_there->{homography_mm_to_px}[$_]
           - $known->{homography_mm_to_px}[$_]), '<', 0.5,
       'shows the face where the lane knows it') for 2, 5;
my $none = "\xff\xd8 no picture";
answers('POST', "/api/photo$on", 422, \$none, 'what is no picture');
answers('POST', '/api/photo?target=none', 422, \$photo, 'no such face');
answers('POST', '/api/photo', 422, \$photo, 'no face at all');
answers('POST', "/api/photo$on", 415, {}, 'nor JSON');
$none = $t->get('/api/lanes/lane1/frame.jpg')->{body};
substr($none, length($none) / 2) = '';
answers('POST', "/api/photo$on", 422, \$none, 'half of a picture');
my %holes = (target => 'issf-10m-air-pistol', caliber_mm => 4.5);
my $worth = answers('POST', '/api/photo/score', 200, { %holes, distance_m => 10,
    shots => [ { x_mm => 0, y_mm => 0 }, { x_mm => -30.1, y_mm => 0 },
               { x_mm => 900, y_mm => 0 } ] }, 'holes in it')->{json};
is(join(' ', map {"$_->{score_tenths}:$_->{ring}"} @{ $worth->{shots} }),
   '109:10 72:7 0:0', 'are worth what the rings say');
is("$worth->{counted} $worth->{total_rings} $worth->{inner}", '3 17 1', 'in all');
is(answers('POST', '/api/photo/score', 200, { %holes, shots => [] }, 'none')
    ->{json}{group}{n}, 0, 'are no group');
answers('POST', '/api/photo/score', 422, $_, 'what is no hole')
    for {}, { %holes }, { %holes, shots => [ { x_mm => 'a', y_mm => 0 } ] },
        { %holes, shots => [ 1 ] }, { %holes, caliber_mm => 0, shots => [] },
        { %holes, target => 'none', shots => [] }, { %holes, wind => 1,
          shots => [] }, { %holes, shots => [ map { { x_mm => 0, y_mm => 0 } }
                                              1 .. 201 ] };

my $csv = "ShotMarker\nSep 12 2025,One,NRA at 10m\n,time,tags,id,score,x mm,y mm\n"
    . ",1:53.24 pm,,1,9,1,2\n";
my %import = (csv => $csv, target => 'issf-10m-air-pistol', caliber_mm => 4.5);
answers('POST', '/api/import', 200, { %import, dry_run => JSON::PP::true },
        'a dry run of an import');
my @import = map { $t->json('POST', '/api/import',
    { %import, csv => $csv =~ s/,1,2$/,3,4/r }, { 'Idempotency-Key' => 'i' }) } 1, 2;
is("$import[1]{status} $import[1]{body}", "201 $import[0]{body}",
   'an import that is repeated by its key has the first answer');
answers('POST', '/api/import', 201, \%import, 'an import');
answers('POST', '/api/import', 200, \%import, 'the same again');
answers('POST', '/api/import', 422, { %import, csv => "$csv,x\n" },
        'a line that is not right');
answers('POST', '/api/import', 422, { %import, target => 'moon' }, 'no face');
answers('POST', '/api/import', 422, { %import, shooter => 'nobody-at-all' },
        'an unknown shooter');
answers('POST', '/api/import', 200, { %import, nickname => 'Annie' },
        'a nickname is enough');
answers('POST', '/api/import', 422, { %import, year => 'x' }, 'no year');
answers('POST', '/api/import', 422, {}, 'no file');
answers('POST', '/api/shooters', 201, { name => 'Berta', hand => 'left' },
        'a new shooter');
answers('POST', '/api/shooters', 409, { id => 'anna', name => 'Anna' },
        'one who is known');
answers('POST', '/api/shooters', 422, { hand => 'left' }, 'one without a name');
answers('PATCH', '/api/shooters/anna', 200, { name => 'Anna' }, 'a name');
answers('PATCH', '/api/shooters/anna', 422, { name => undef }, 'none is none');
answers('PATCH', '/api/shooters/nobody', 404, { name => 'N' }, 'of whom');
my %gun = (id => 'gun', shooter => 'anna', name => 'Old', gun => 'pistol',
           caliber_mm => 4.5, click => '0.1mrad', sight => 'rear');
answers('POST', '/api/equipment', 201, { %gun }, 'a gun');
answers('POST', '/api/equipment', 409, { %gun }, 'the same');
answers('POST', '/api/equipment', 422, { %gun, click => '3' }, 'a bad one');
answers('PATCH', '/api/equipment/gun', 200, { retired => JSON::PP::true },
        'it is old');
answers('PATCH', '/api/equipment/none', 404, { name => 'N' }, 'of what');
answers('PATCH', $about, 200, { equipment => 'gun' }, 'shot with it');
answers('PATCH', $about, 422, { equipment => 'bow' }, 'not with a bow');
answers('PATCH', '/api/sessions/lane1-0000000000000000-1', 404,
        { equipment => undef }, 'a session that is none');
answers('GET', '/api/equipment?shooter=anna', 200, undef, "anna's guns");
my $named = answers('GET', '/api/sessions?equipment=gun', 200, undef,
                    'what was shot with it')->{json}{sessions};
is(join(' ', map { "$_->{name} $_->{equipment}" } @$named), 'Anna gun',
   'with names');
answers('DELETE', '/api/shooters/anna', 200, undef, 'she is erased');
answers('DELETE', '/api/shooters/nobody', 404, undef, 'who is not there');
is($t->get_json($about)->{session}{name}, undef, 'and has no name any more');
is(scalar(grep { Gmshoot::slurp($_) =~ /Anna|Old/ }
          glob("$t->{dir}/state/history.db*")), 0, 'in no file');
answers('GET', '/api/sessions/lane1-0000000000000000-1', 404, undef,
        'one that is none');
answers('GET', '/api/devices', 200, undef, 'nobody was let in');
my $invited = answers('POST', '/api/devices', 201, { name => 'Tablet',
    lane => 'lane1', address => 'http://range' }, 'a device')->{json};
my ($secret) = $invited->{link} =~ /#(\w+)/;
answers('POST', '/api/devices', 422, { name => 'T', lane => 'none' },
        'on a lane there is');
answers('POST', '/api/devices/join', 200, { secret => $secret }, 'comes');
answers('POST', '/api/devices/join', 403, { secret => $secret }, 'once');
answers('POST', '/api/devices', 409, { name => 'Tablet' }, 'and has a name');
my $there = "/api/devices/$invited->{device}{id}";
answers('PATCH', $there, 200, { name => 'Left' }, 'another one');
answers('PATCH', '/api/devices/0', 404, { name => 'L' }, 'of whom');
answers('GET', '/api/devices', 200, undef, 'it is known');
is($t->request('DELETE', $there)->{status}, 204, 'and removed');
answers('DELETE', $there, 404, undef, 'once');
answers('POST', '/api/range', 207, { range => 'cold' },
        'a range that not every lane obeys');
answers('POST', '/api/range', 207, { range => 'hot' }, 'nor now');

answers('PATCH', $lane[1], 422, { state => 'gone' }, 'a state that is none');
answers('PATCH', $lane[1], 200, { state => 'paused' }, 'a pause');
answers('PATCH', $lane[1], 200, { state => 'live' }, 'its end');
answers('DELETE', $lane[1], 400, {}, 'an end takes no body');
answers('DELETE', $lane[1], 200, undef, 'an end');

answers('GET', '/api/courses', 200, undef, 'the courses of fire');
answers('POST', '/api/lanes/lane1/command', 409, { command => 'load' },
        'a command without a course');
answers('POST', $lane[1], 422, { course => 'none' }, 'a course that is none');
answers('POST', $lane[1], 201, { course => 'issf-10m-air-60' },
        'a session with a course');
answers('POST', '/api/lanes/lane1/command', 409, { command => 'start' },
        'START before LOAD');
answers('POST', '/api/lanes/lane1/command', 422, { command => 'fire' },
        'a command that is none');
answers('POST', '/api/lanes/lane1/command', 200, { command => 'load' },
        'LOAD');
answers('POST', '/api/command', 207, { command => 'start' },
        'START on a range that not every lane obeys');
answers('GET', $lane[0], 200, undef, 'the lane with a course');
answers('DELETE', $lane[1], 200, undef, 'its end');
answers('GET', $lane[0], 200, undef, 'what stays of the session');
take(1.5);

answers('GET', '/api/lanes/lane2', 200, undef, 'a lane without a camera');
my $failed = answers('GET', '/api/lanes/lane3', 200, undef,
                     'a lane without a journal');
is($failed->{json}{state}, 'failed', 'says that it has failed');
answers('POST', '/api/lanes/lane3/session', 503, {}, 'and takes no session');
my $problems = answers('GET', '/api/problems', 200, undef, 'all problems');
is(join(' ', map { "$_->{lane}=$_->{type}" }
             grep { $_->{lane} ne 'lane1' } @{ $problems->{json}{problems} }),
   'lane2=camera-lost lane3=store-failing', 'are those of the lanes');
my %past = map { ("$_->{lane}=$_->{type}" => $_) }
    @{ answers('GET', '/api/problems/past', 200, undef, 'those of before')
           ->{json}{problems} };
ok($past{$_} && !$past{$_}{ended_us}, "$_ is among those of before, and goes on")
    for qw(lane2=camera-lost lane3=store-failing);
my ($day) = grep { $_->{lane} eq 'lane1' }
    @{ answers('GET', '/api/activity', 200, undef, 'what was done')
           ->{json}{days} };
cmp_ok($day->{corrected}, '>', 0, 'with what was corrected');
cmp_ok($day->{shots}, '>=', $day->{corrected}, 'of all shots');
$t->wait_for(sub {
    @{ $t->json('GET', '/api/performance')->{json}{samples} || [] } > 0
}, 'the first sample', 15);
my $fared = answers('GET', '/api/performance', 200, undef, 'how it fared')
    ->{json};
my %at = map { ($fared->{columns}[$_] => $_) } 0 .. $#{ $fared->{columns} };
cmp_ok($fared->{samples}[-1][ $at{$_} ], '>', 0, "$_ of the last ten seconds")
    for qw(captured analysed cpu analyse_p95_ms streams);
answers('GET', '/api/lanes/lane9/performance', 404, undef, 'of no lane');
my $config = answers('GET', '/api/config', 200, undef, 'the configuration');
is(join(' ', map { $_->{name} } @{ $config->{json}{ranges}{lanes} }),
   'lane1 lane2 lane3', 'has all lanes');
answers('GET', '/api/lanes/lane2/frame.jpg', 200, undef, 'shows that it has none');
answers('GET', '/api/lanes/lane9', 404, undef, 'a lane that is none');
answers('GET', '/api/lanes/lane9/events', 404, undef, 'has no events');
answers('GET', '/api/lanes/lane1/frame.jpg', 200, undef, 'a picture');
answers('GET', '/healthz', 200, undef, 'health');
my $ready = answers('GET', '/readyz', 503, undef,
                    'a range with such lanes is not ready');
is(join(' ', sort map { "$_->{lane}=$_->{check}" }
             grep { $_->{status} eq 'fail' } @{ $ready->{json}{checks} }),
   'lane2=camera lane3=camera lane3=journal', 'and says what they lack');
answers('GET', '/metrics', 200, undef, 'metrics');

is($stream{'of all'}->head->{header}{'content-type'}, 'text/event-stream',
   'a stream is one');
is($t->sse('/api/lanes/lane1/live')->head->{header}{'content-type'}
       =~ s/;.*//sr, 'multipart/x-mixed-replace', 'and so are live pictures');

for my $bad ([ 405, 'PUT', '/api/lanes/lane1' ], [ 404, 'GET', '/api/none' ],
             [ 404, 'GET', '/api/events?lanes=lane9' ]) {
    my $r = $t->request(@$bad[1, 2]);
    is(join("\n", $r->{status}, $schema->wrong(
           scalar eval { JSON::PP->new->decode($r->{body}) },
           '#/components/schemas/Problem')),
       $bad->[0], "$bad->[1] $bad->[2] is refused by a problem document");
}

$w->stop;
take(0.5);
answers('POST', $lane[1], 503, {}, 'nobody to start a session');
answers('GET', '/readyz', 503, undef, 'not ready');
answers('GET', '/api/lanes', 200, undef, 'what was there last is shown');
$problems = answers('GET', '/api/problems', 200, undef, 'what is wrong');
is(join(' ', map { $_->{type} } @{ $problems->{json}{problems} }),
   'worker-down', 'is the worker');
answers('GET', '/api/config', 503, undef, 'which knows its configuration');

is(join("\n", splice(@wrong, 0, 10)), '', 'every event is as its schema says');
my @seldom = ('shot.removed', 'shot.unsaved'); # t/fault/60-disk-full.t
for my $name (sort keys %stream) {
    is_deeply([ grep { my $type = $_; !grep { $_ eq $type } @seldom }
                sort keys %$events ], [ sort keys %{ $got{$name} } ],
              "every event has been on the stream $name");
}

# No simulated insect lives here: its event is made up as the worker does.
is(join("\n", $schema->wrong({ lane => 'lane1', seq => 9, t_publish_us => 1,
       session => $start->{json}{session}, n => 1, author => 'detector',
       reason => 'the paper is whole again', t_us => 1 },
       $events->{'shot.removed'})), '', 'a shot that is removed as well');

$w->finish;
$t->finish;
